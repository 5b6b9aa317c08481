import { proseParagraphs, sentencesOf, wordsOf } from '../prose.ts'

/** A part of a document under one heading. */
export interface Section {
  readonly title: string
  readonly heading: string
  readonly paragraphs: readonly string[]
}

export interface CutPassage {
  /** A question that the passage answers, made of its heading; null without one. */
  readonly prompt: string | null
  /** Sentences by paragraph. */
  readonly paragraphs: readonly (readonly string[])[]
}

export function sectionsOfMarkdown(markdown: string): Section[] {
  const parts = markdown.replace(/^```[\s\S]*?^```/gm, '').split(/^#{1,6}\s+(.*)$/m)
  const title = headingText(parts[1] ?? '')
  return Array.from({ length: (parts.length + 1) >> 1 }, (_, at) => ({
    title,
    heading: at === 0 ? '' : headingText(parts[2 * at - 1]!),
    paragraphs: proseParagraphs(parts[2 * at]!),
  }))
}

export const headingText = (text: string): string =>
  text
    .replace(/[#`*]/g, '')
    .replace(/^(?:Chapter |Appendix )?[\dA-Z]{1,2}(?:\.\d+)*\.\s+/, '')
    .trim()

const fewest = 3
const most = 12

/** Cuts a section at paragraphs into passages of 3 to 12 sentences; what was seen before is left out. */
export function cutPassages(section: Section, seen: Set<string>, random: () => number): CutPassage[] {
  const passages: string[][][] = []
  let open: string[][] = []
  let wanted = length(random)
  const count = (): number => open.reduce((sum, sentences) => sum + sentences.length, 0)
  const close = (): void => {
    if (count() >= fewest) passages.push(open)
    open = []
    wanted = length(random)
  }
  for (const paragraph of section.paragraphs) {
    if (!isProse(paragraph) || seen.has(paragraph)) continue
    seen.add(paragraph)
    const sentences = sentencesOf(paragraph)
    if (count() + sentences.length > most) close()
    if (sentences.length > most) continue
    open.push(sentences)
    if (count() >= wanted) close()
  }
  close()
  return passages.map((paragraphs) => ({ prompt: promptOf(section), paragraphs }))
}

const length = (random: () => number): number => fewest + Math.floor(random() * (most - fewest - 2))

function isProse(paragraph: string): boolean {
  const words = wordsOf(paragraph).length
  const letters = paragraph.match(/[\p{L} ]/gu)?.length ?? 0
  return words >= 6 && words <= 250 && letters / paragraph.length > 0.8 && /[.!?:]["')\]]*$/.test(paragraph)
}

const saysNothing = /^(?:description|notes?|overview|introduction|see also|examples?|synopsis|usage|options|)$/i

function promptOf({ title, heading }: Section): string | null {
  const about = saysNothing.test(heading) ? '' : heading
  const where = title.slice(0, 80)
  if (about === '' && where === '') return null
  return about === '' || where === '' || about === where
    ? `What should I know about ${about || where}?`
    : `What should I know about ${about} in ${where}?`
}
