import { proseParagraphs, sentencesOf, wordsOf } from './prose.ts'

/** Texts under this say too little; a short answer may well be "no, no, no". */
const fewestWords = 25
const gramLength = 5
/** Genuine documentation repeats at most this share of its five-word runs in 999 of 1,000 passages. */
const mostRepeatedGrams = 0.35
const sentenceRepeats = 3
/** A run of one to eight words that comes this often without a break is a loop. */
const loopRounds = 5
const longestLoop = 8

/** The same sentences, phrases or words over and over, in prose; code and tables repeat by nature. */
export function isRepetitive(content: string): boolean {
  const paragraphs = proseParagraphs(content)
  const words = wordsOf(paragraphs.join('\n'))
  if (hasLoop(words) || hasLetterLoop(paragraphs)) return true
  if (words.length < fewestWords) return false
  return repeatedGrams(words) > mostRepeatedGrams || repeatsSentence(paragraphs)
}

function repeatedGrams(words: readonly string[]): number {
  const seen = new Set<string>()
  const grams = words.length - gramLength + 1
  for (let at = 0; at < grams; at += 1) seen.add(words.slice(at, at + gramLength).join(' '))
  return 1 - seen.size / grams
}

/** A sentence of at least six words that comes three times and makes up a fifth of the sentences. */
function repeatsSentence(paragraphs: readonly string[]): boolean {
  const counts = new Map<string, number>()
  const sentences = paragraphs.flatMap(sentencesOf)
  for (const sentence of sentences) {
    const words = wordsOf(sentence)
    if (words.length >= 6) counts.set(words.join(' '), (counts.get(words.join(' ')) ?? 0) + 1)
  }
  return [...counts.values()].some((count) => count >= sentenceRepeats && count / sentences.length > 0.2)
}

function hasLoop(words: readonly string[]): boolean {
  for (let length = 1; length <= longestLoop; length += 1) {
    let same = 0
    for (let at = length; at < words.length; at += 1) {
      same = words[at] === words[at - length] ? same + 1 : 0
      if (same >= length * (loopRounds - 1) && isWords(words.slice(at - length, at))) return true
    }
  }
  return false
}

/** Numbers repeat in listings. */
const isWords = (words: readonly string[]): boolean => words.some((word) => /\p{L}{2}/u.test(word))

/** `hahahahaha...`: one to four letters at least twelve times. */
const hasLetterLoop = (paragraphs: readonly string[]): boolean =>
  paragraphs.some((paragraph) => /(\p{L}{1,4}?)\1{11,}/u.test(paragraph))
