import { leavingOpening, neighbourExcess } from './topic-flow.ts'
import { mean, type Vector } from './vectors.ts'
import { wordsOf } from './prose.ts'

/** What the order of sentences shows in. Each is larger where sentences stand in the order they were written in. */
export const orderCues = [
  'independentOpening',
  'growingReference',
  'introducedFirst',
  'knownLater',
  'sharedWords',
  'neighbourExcess',
  'leavingOpening',
  'closingPointer',
] as const

export type OrderCue = (typeof orderCues)[number]

/** Openers that need a sentence before them. */
const dependentOpening =
  /^(?:however|therefore|thus|hence|also|then|otherwise|but|and|or|so|instead|moreover|furthermore|additionally|in addition|similarly|likewise|consequently|as a result|nevertheless|nonetheless|conversely|finally|next|after that|for example|for instance|in (?:this|that|these|such) cases?|in particular|specifically|note|again|still|yet|further|in other words|that is|on the other hand|rather|meanwhile|alternatively|in contrast|by contrast|if so|if not|even so|of course|both|neither|either|another|other|others|second|third|lastly|accordingly|indeed|in fact|besides|it|they|its|their|those|these|such)\b/i
const reference =
  /\b(?:it|its|they|their|them|this|these|those|such|above|same|other|another|also|too|instead|however|then|therefore)\b/gi
const pointer = /\bsee\b|\bfor (?:more|further) (?:information|details)\b/i
const empty = new Set(
  'the and for that this with are not can from will which when any all was has have you your may must should these those their they there than then but only also such other one more used use using example see note into each been does both where while'.split(
    ' ',
  ),
)

/** The cues of at least three sentences and their vectors, in the order of `orderCues`. */
export function orderCuesOf(sentences: readonly string[], vectors: readonly Vector[]): number[] {
  const words = sentences.map((sentence) => wordsOf(sentence).map(stem))
  const found: Record<OrderCue, number> = {
    independentOpening: dependentOpening.test(sentences[0]!) ? -1 : 0,
    growingReference: mean(sentences.slice(1).map(referenceDensity)) - referenceDensity(sentences[0]!),
    introducedFirst: introducedFirst(words),
    knownLater: knownLater(words) / Math.sqrt(sentences.length),
    sharedWords: sharedWords(words.map((sentence) => new Set(sentence.filter(isContent)))),
    neighbourExcess: neighbourExcess(vectors),
    leavingOpening: leavingOpening(vectors),
    closingPointer: pointer.test(sentences.at(-1)!) ? 1 : 0,
  }
  return orderCues.map((cue) => found[cue])
}

const stem = (word: string): string => word.replace(/(?:ing|ed|es|s)$/, '')
const isContent = (word: string): boolean => word.length > 2 && !empty.has(word)

const referenceDensity = (sentence: string): number =>
  (sentence.match(reference)?.length ?? 0) / Math.sqrt(Math.max(1, wordsOf(sentence).length))

function firstAfter(words: readonly (readonly string[])[], before: ReadonlySet<string>): Map<string, number> {
  const first = new Map<string, number>()
  words.forEach((sentence, at) => {
    sentence.forEach((word, place) => {
      if (before.has(sentence[place - 1] ?? '') && !first.has(word)) first.set(word, at)
    })
  })
  return first
}

const indefinite = new Set(['a', 'an'])
const definite = new Set(['the', 'this', 'these', 'that', 'thi', 'thes'])

/** Things that `a` introduces before `the` takes them up, less those the other way round. */
function introducedFirst(words: readonly (readonly string[])[]): number {
  const taken = firstAfter(words, definite)
  const differences = [...firstAfter(words, indefinite)].map(([word, at]) => (taken.get(word) ?? at) - at)
  return differences.reduce((sum, difference) => sum + Math.sign(difference), 0)
}

/** Words under `the` that an earlier sentence had, less those that only a later one has. */
function knownLater(words: readonly (readonly string[])[]): number {
  let known = 0
  for (const [word, at] of firstAfter(words, definite)) {
    if (!isContent(word)) continue
    if (words.slice(0, at).some((sentence) => sentence.includes(word))) known += 1
    else if (words.slice(at + 1).some((sentence) => sentence.includes(word))) known -= 1
  }
  return known
}

/** How many more words neighbours share than any two sentences of the text. */
function sharedWords(sentences: readonly ReadonlySet<string>[]): number {
  const share = (one: ReadonlySet<string>, other: ReadonlySet<string>): number =>
    one.size * other.size === 0
      ? 0
      : [...one].filter((word) => other.has(word)).length / Math.sqrt(one.size * other.size)
  const pairs = sentences.flatMap((one, at) => sentences.slice(at + 1).map((other) => share(one, other)))
  return mean(sentences.slice(1).map((sentence, before) => share(sentences[before]!, sentence))) - mean(pairs)
}
