import { sentencesOf } from '../prose.ts'
import { foreignSentences, refusals } from './damaged-texts.ts'
import { shuffled } from './seeded-random.ts'

export const damageKinds = [
  'repeated',
  'truncated',
  'refused',
  'wrong_language',
  'word_shuffled',
  'sentence_shuffled',
] as const

export type DamageKind = (typeof damageKinds)[number]

/** What becomes of an answer when a model fails in this way. */
export function damage(kind: DamageKind, text: string, random: () => number): string {
  return damages[kind](text, random)
}

const damages: Readonly<Record<DamageKind, (text: string, random: () => number) => string>> = {
  repeated,
  truncated,
  refused: (_, random) => oneOf(refusals, random),
  wrong_language: (_, random) => shuffled(oneOf(foreignSentences, random), random).slice(0, 4).join(' '),
  word_shuffled: (text, random) => shuffled(text.split(/\s+/), random).join(' '),
  sentence_shuffled: sentenceShuffled,
}

const oneOf = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)]!

/** Stuck in a sentence, in the whole, or in a phrase. */
function repeated(text: string, random: () => number): string {
  const sentences = text.split(/\n\n/).flatMap(sentencesOf)
  const stuck = Math.floor(random() * sentences.length)
  const words = sentences[stuck]!.split(' ')
  const rounds = 5 + Math.floor(random() * 6)
  const kept = sentences.slice(0, stuck + 1)
  return oneOf(
    [
      [...kept, ...Array.from({ length: rounds }, () => sentences[stuck]!)],
      Array.from({ length: 3 }, () => text),
      [...kept, ...Array.from({ length: rounds }, () => words.slice(-6).join(' '))],
    ],
    random,
  ).join(' ')
}

/** Cut after a word of the second half that ends no sentence. */
function truncated(text: string, random: () => number): string {
  const words = text.split(' ')
  const places = words
    .map((_, at) => at + 1)
    .filter((at) => at > words.length / 2 && !/[.!?:)]["'”’)]*$/.test(words[at - 1]!))
  return words.slice(0, places.length === 0 ? words.length : oneOf(places, random)).join(' ')
}

/** Any other order of the sentences, in paragraphs of the same lengths. */
function sentenceShuffled(text: string, random: () => number): string {
  const paragraphs = text.split(/\n\n/).map(sentencesOf)
  const sentences = paragraphs.flat()
  if (new Set(sentences).size < 2) return text
  let other = shuffled(sentences, random)
  while (other.every((sentence, at) => sentence === sentences[at])) other = shuffled(sentences, random)
  let next = 0
  return paragraphs.map(({ length }) => other.slice(next, (next += length)).join(' ')).join('\n\n')
}
