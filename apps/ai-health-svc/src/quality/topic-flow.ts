import { cosine, mean, type Vector } from './vectors.ts'

/** The mean cosine of neighbouring sentences: how well each goes on with what the one before is about. */
export function topicFlow(sentences: readonly Vector[]): number {
  return mean(sentences.slice(1).map((sentence, before) => cosine(sentences[before]!, sentence)))
}

/**
 * How much nearer neighbours are than any two sentences of the same text. The topic, which lifts all cosines of a text
 * alike, falls out; what is left tells the order.
 */
export function neighbourExcess(sentences: readonly Vector[]): number {
  const pairs = sentences.flatMap((one, at) => sentences.slice(at + 1).map((other) => cosine(one, other)))
  return topicFlow(sentences) - mean(pairs)
}

/** How the nearness to the first sentence falls from the second to the last: a text leaves its opening step by step. */
export function leavingOpening([first, ...others]: readonly Vector[]): number {
  const nearness = others.map((other) => cosine(first!, other))
  const middle = (nearness.length - 1) / 2
  return nearness.reduce((sum, value, at) => sum + (middle - at) * value, 0)
}

/** Relevance before calibration: the answer as a whole, and the sentence of it that is nearest to the prompt. */
export function promptCosine(prompt: Vector, sentences: readonly Vector[]): number {
  const centre = Array.from(prompt, (_, at) => mean(sentences.map((sentence) => sentence[at]!)))
  const nearest = Math.max(...sentences.map((sentence) => cosine(prompt, sentence)))
  return (cosine(prompt, centre) + nearest) / 2
}
