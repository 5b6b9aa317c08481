import { reference } from './reference.ts'

/**
 * Classes of English function words, and of what stands between words. Which class may follow which is what a
 * shuffled text breaks first: `the of`, `and the in`, a comma after `a`.
 */
const classes: Readonly<Record<string, string>> = {
  article: 'the a an',
  of: 'of',
  preposition:
    'in to for with from by on at as into about between through after before under over within without during against',
  be: 'is are was were be been being',
  auxiliary: 'has have had can could will would may might must should shall do does did cannot',
  pronoun: 'it they you we he she i them him us me',
  determiner: 'this that these those its their your our his her each every some any all no such both either another',
  and: 'and or but nor',
  conjunction:
    'if when because which who whose where while although though unless until since so than whether what how',
  not: 'not also only',
}

const classNames = [...Object.keys(classes), 'word', 'comma', 'edge']
const classOf = new Map(
  Object.values(classes).flatMap((words, index) => words.split(' ').map((word) => [word, index] as const)),
)
const word = classNames.indexOf('word')
const comma = classNames.indexOf('comma')
const edge = classNames.indexOf('edge')

export const wordClassCount = classNames.length

/** The text as classes, with the edges of sentences. */
export function wordClasses(sentences: readonly string[]): number[] {
  const found = [edge]
  for (const sentence of sentences) {
    for (const [token] of sentence.toLowerCase().matchAll(/[\p{L}\p{N}]+(?:['’_./-][\p{L}\p{N}]+)*|[,;:]/gu)) {
      found.push(/^[,;:]$/.test(token) ? comma : (classOf.get(token) ?? word))
    }
    found.push(edge)
  }
  return found
}

/** Pairs; in fewer, chance decides. */
const fewestPairs = 30

/** How much rather the words stand in the order of genuine text than in any: mean log odds of each pair of classes. */
export function wordOrder(sentences: readonly string[], oddsOfPairs = reference.wordPairs): number | null {
  const text = wordClasses(sentences)
  if (text.length <= fewestPairs) return null
  let odds = 0
  for (let at = 1; at < text.length; at += 1) odds += oddsOfPairs[text[at - 1]! * wordClassCount + text[at]!]!
  return odds / (text.length - 1)
}

/** The share of function words: about 0.4 of English prose, about none of another language. */
export function functionWordShare(sentences: readonly string[]): number {
  const words = wordClasses(sentences).filter((found) => found < comma)
  return words.length === 0 ? 0 : words.filter((found) => found < word).length / words.length
}
