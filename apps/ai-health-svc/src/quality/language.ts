import { eld } from 'eld/small'

/** Fewer letters than this name no language with certainty. */
const fewestLetters = { prompt: 20, answer: 80 }
const fewestWords = 4
/** How far the best language must be ahead of the next; measured on short prompts. */
const leastLead = 0.04

/** Languages so near to each other that a confusion says nothing. */
const families = [
  'da no',
  'hr sr bs sl',
  'ca es gl pt',
  'id ms tl',
  'cs sk',
  'be ru uk bg mk',
  'hi mr ne',
  'fa ar ur ps',
]

/** The language of a text (ISO 639-1), null where that is not certain. */
export function certainLanguage(text: string, of: 'prompt' | 'answer'): string | null {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const isWithoutSpaces = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(text)
  if (letters < (isWithoutSpaces ? fewestLetters[of] / 4 : fewestLetters[of])) return null
  if (!isWithoutSpaces && text.split(/\s+/).length < fewestWords) return null
  const found = eld.detect(text)
  if (!found.isReliable()) return null
  const scores = found.getScores()
  const others = Object.entries(scores).filter(([language]) => !areNear(language, found.language))
  const lead = (scores[found.language] ?? 0) - Math.max(0, ...others.map(([, score]) => score))
  return lead < leastLead ? null : found.language
}

export function areNear(one: string, other: string): boolean {
  return one === other || families.some((family) => [one, other].every((name) => family.split(' ').includes(name)))
}
