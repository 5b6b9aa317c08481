import { withoutFencedCode } from './code-fences.ts'

const listMarker = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+/
const notProse = /^\s*(?:#{1,6}\s|\||[-=*_]{3,}\s*$|<!--|\[[^\]]+\]:\s)/

/** The paragraphs of prose in Markdown: no code blocks, headings, tables or rules; each list item is a paragraph. */
export function proseParagraphs(markdown: string): string[] {
  const paragraphs: string[] = []
  let lines: string[] = []
  const close = (): void => {
    const paragraph = plainText(lines.join(' '))
    if (/\p{L}/u.test(paragraph)) paragraphs.push(paragraph)
    lines = []
  }
  for (const line of withoutFencedCode(markdown.replaceAll('\r', '')).lines) {
    const text = line.replace(/^\s*(?:>\s?)+/, '')
    if (text.trim() === '' || notProse.test(text)) close()
    else if (listMarker.test(text)) {
      close()
      lines.push(text.replace(listMarker, ''))
    } else lines.push(text)
  }
  close()
  return paragraphs
}

/** Each length has a bound, so that a mark that comes thousands of times and is never closed costs no seconds. */
function plainText(markdown: string): string {
  return markdown
    .replace(/!\[[^\][]{0,500}\](?:\([^)]{0,2000}\)|\[[^\][]{0,500}\])/g, ' ')
    .replace(/\[([^\][]{1,500})\](?:\([^)]{0,2000}\)|\[[^\][]{0,500}\])/g, '$1')
    .replace(/<\/?[a-z][^<>]{0,200}>/gi, ' ')
    .replace(/(\*\*|__)(?=\S)([^\n]{0,1000}?\S)\1/g, '$2')
    .replace(/`/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

const sentenceEnd = /[.!?]+["'”’)\]]*\s+(?=["'“‘([]?[\p{Lu}\p{N}])|[。！？]+\s*/gu
const abbreviation =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|al|approx|Fig|No|Mr|Mrs|Ms|Dr|St|Prof|Inc|Ltd|p|pp|Sec|Ch|[A-Z])\.$/

/** The sentences of a paragraph, in order. */
export function sentencesOf(paragraph: string): string[] {
  const sentences: string[] = []
  let start = 0
  for (const end of paragraph.matchAll(sentenceEnd)) {
    const sentence = paragraph.slice(start, end.index + end[0].length).trim()
    if (abbreviation.test(sentence)) continue
    sentences.push(sentence)
    start = end.index + end[0].length
  }
  const rest = paragraph.slice(start).trim()
  return rest === '' ? sentences : [...sentences, rest]
}

export const wordsOf = (text: string): string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? []

const fewestWords = 4

/** The sentences that say enough to be compared with each other. */
export function measurableSentences(text: string): string[] {
  return proseParagraphs(text)
    .flatMap(sentencesOf)
    .filter((sentence) => wordsOf(sentence).length >= fewestWords)
}
