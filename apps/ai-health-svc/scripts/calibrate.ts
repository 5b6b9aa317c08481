/**
 * Writes src/quality/reference.ts from the calibration half of an embedded corpus.
 *
 *   node scripts/calibrate.ts SCRATCH
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { probabilities } from '../src/quality/calibration.ts'
import { orderCuesOf } from '../src/quality/order-cues.ts'
import { sentencesOf } from '../src/quality/prose.ts'
import { maxEmbeddedSentences } from '../src/quality/score-response.ts'
import { seededRandom, shuffled } from '../src/quality/testing/seeded-random.ts'
import { promptCosine, topicFlow } from '../src/quality/topic-flow.ts'
import { functionWordShare, wordClassCount, wordClasses, wordOrder } from '../src/quality/word-order.ts'
import { dot } from '../src/quality/vectors.ts'
import { embeddedPassages, type EmbeddedPassage } from './corpus-passages.ts'
import { deviationOf, logisticWeights, meanOf, quantile } from './statistics.ts'

const random = seededRandom(1)
const fewestFunctionWords = 0.25

function pairCounts(texts: readonly (readonly string[])[]): number[] {
  const counts = Array.from({ length: wordClassCount ** 2 }, () => 1)
  for (const text of texts) {
    const found = wordClasses(text)
    for (let at = 1; at < found.length; at += 1) counts[found[at - 1]! * wordClassCount + found[at]!]! += 1
  }
  const all = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => count / all)
}

/** Shuffled within each sentence, and over the whole text. */
const wordShuffles = ({ sentences }: EmbeddedPassage): string[][] => [
  sentences.map((sentence) => shuffled(sentence.split(' '), random).join(' ')),
  sentencesOf(shuffled(sentences.join(' ').split(' '), random).join(' ')),
]

const seen = <T>(items: readonly T[]): T[] => items.slice(0, maxEmbeddedSentences)
const cuesOf = ({ sentences, vectors }: EmbeddedPassage): number[] => orderCuesOf(seen(sentences), seen(vectors))

function sentenceShuffle(passage: EmbeddedPassage): EmbeddedPassage {
  const order = shuffled([...passage.sentences.keys()], random)
  if (order.every((from, to) => from === to)) return sentenceShuffle(passage)
  return {
    ...passage,
    sentences: order.map((from) => passage.sentences[from]!),
    vectors: order.map((from) => passage.vectors[from]!),
  }
}

const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(4)))
const quantiles = (values: readonly number[]): number[] =>
  rounded(probabilities.map((probability) => quantile(values, probability)))

function rank(values: readonly number[]): number[] {
  const sorted = [...values.keys()].sort((one, other) => values[one]! - values[other]!)
  const ranks = values.map(() => 0)
  sorted.forEach((item, place) => (ranks[item] = (place + 0.5) / values.length))
  return ranks
}

const passages = (await embeddedPassages(process.argv[2] ?? '')).filter(
  ({ half, sentences }) => half === 'calibration' && functionWordShare(sentences) > fewestFunctionWords,
)
const genuine = pairCounts(passages.map(({ sentences }) => sentences))
const disordered = pairCounts(passages.flatMap(wordShuffles))
const wordPairs = rounded(genuine.map((share, pair) => Math.log(share / disordered[pair]!)))

const cues = passages.map(cuesOf)
const weights = rounded(logisticWeights(cues, passages.map(sentenceShuffle).map(cuesOf)))
const order = cues.map((found) => dot(found, weights))

const measured = passages.filter(({ sentences }) => wordOrder(sentences, wordPairs) !== null)
const words = measured.map(({ sentences }) => wordOrder(sentences, wordPairs)!)
const flow = measured.map(({ vectors }) => topicFlow(seen(vectors)))
const flowRanks = rank(flow)
const asked = passages.filter(({ prompt }) => prompt !== null)

const reference = {
  passages: passages.length,
  wordPairs,
  quantiles: {
    wordOrder: quantiles(words),
    topicFlow: quantiles(flow),
    weaker: quantiles(rank(words).map((share, at) => Math.min(share, flowRanks[at]!))),
    relevance: quantiles(asked.map(({ promptVector, vectors }) => promptCosine(promptVector, seen(vectors)))),
  },
  order: { weights, mean: Number(meanOf(order).toFixed(4)), deviation: Number(deviationOf(order).toFixed(4)) },
}
const file = fileURLToPath(new URL('../src/quality/reference.ts', import.meta.url))
await writeFile(
  file,
  `/** Measures of genuine documentation; written by scripts/calibrate.ts, see docs/ai-quality.md. */
export const reference = ${JSON.stringify(reference)}\n`,
)
console.log(`${passages.length} passages; now format ${file}`)
