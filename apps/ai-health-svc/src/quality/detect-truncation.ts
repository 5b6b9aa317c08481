import { maxContentLength, type ObservedResponse } from './observed-response.ts'
import { proseParagraphs, wordsOf } from './prose.ts'

/** As OpenAI, Anthropic, Gemini and Ollama call it. */
const cutReasons = new Set(['length', 'max_tokens', 'max_output_tokens'])
const fewestWords = 25
/** A shorter last line may be a name under a letter, or a title. */
const fewestWordsOfLastLine = 8

/** The answer stops before its end, and not because its caller limited it. */
export function isTruncated(response: ObservedResponse): boolean {
  const isCut = cutReasons.has(response.finishReason?.toLowerCase() ?? '')
  if (response.hasTokenLimit && isCut) return false
  if (isCut) return true
  if (response.content.length >= maxContentLength) return false
  if (response.format === 'json' || response.finishReason === 'tool_calls') return false
  return stopsInMidSentence(response.content)
}

function stopsInMidSentence(content: string): boolean {
  const text = content.trimEnd()
  const lastLine = text.slice(text.lastIndexOf('\n') + 1)
  if (!isLineOfProse(lastLine) || wordsOf(lastLine).length < fewestWordsOfLastLine) return false
  const paragraphs = proseParagraphs(text)
  if (wordsOf(paragraphs.join(' ')).length < fewestWords) return false
  return isOpenEnd(paragraphs.at(-1)!)
}

/** Not of a list, a table, a heading, a quotation, or code. */
const isLineOfProse = (line: string): boolean => !/^\s*(?:[-*+•#>|]|\d{1,3}[.)]\s|```|~~~| {4}|\t)/.test(line)

/** Ends in a letter, a digit or a comma; an address at the end needs no full stop. Some scripts have none. */
function isOpenEnd(paragraph: string): boolean {
  const lastWord = paragraph.slice(paragraph.lastIndexOf(' ') + 1)
  if (/^(?:https?:|www\.|[\w.-]*[/\\@])/.test(lastWord)) return false
  return /[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{Nd},-]$/u.test(paragraph)
}
