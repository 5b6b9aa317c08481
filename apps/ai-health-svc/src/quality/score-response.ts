import { percentile, scoreOfPercentile } from './calibration.ts'
import { detectFlags } from './detect-flags.ts'
import { certainLanguage } from './language.ts'
import { maxContentLength, maxPromptLength, type ObservedResponse } from './observed-response.ts'
import { orderCuesOf } from './order-cues.ts'
import { measurableSentences, proseParagraphs, wordsOf } from './prose.ts'
import { reference } from './reference.ts'
import type { ResponseScores } from './response-scores.ts'
import { promptCosine, topicFlow } from './topic-flow.ts'
import { dot, type Vector } from './vectors.ts'
import { functionWordShare, wordOrder } from './word-order.ts'

/** One vector a sentence, in the order of the sentences. */
export type Embed = (sentences: readonly string[]) => Promise<readonly Vector[]>

/** The first of an answer; more would only cost time, about 20 ms each. */
export const maxEmbeddedSentences = 8
const maxEmbeddedCharacters = 600

/** Scores of one answer. All but length and flags need English prose, and are null without it. */
export async function scoreResponse(embed: Embed, response: ObservedResponse): Promise<ResponseScores> {
  const content = response.content.slice(0, maxContentLength)
  const seen = { ...response, content, prompt: response.prompt?.slice(0, maxPromptLength) ?? null }
  const unscored = {
    length: response.content.length,
    coherence: null,
    relevance: null,
    order: null,
    flags: detectFlags(seen),
  }
  const sentences = response.format === 'json' ? [] : measurableSentences(content)
  if (!isEnglish(sentences)) return unscored
  const embedded = sentences.slice(0, maxEmbeddedSentences)
  const question = questionOf(seen.prompt)
  const vectors = await embed([...embedded, ...question].map((text) => text.slice(0, maxEmbeddedCharacters)))
  const answer = vectors.slice(0, embedded.length)
  return {
    ...unscored,
    coherence: coherence(wordOrder(sentences), answer.length < 2 ? null : topicFlow(answer)),
    relevance: question.length === 0 ? null : relevance(promptCosine(vectors.at(-1)!, answer)),
    order: answer.length < 3 ? null : orderEvidence(orderCuesOf(embedded, answer)),
  }
}

/** A text is as coherent as the worse of what was measured: the order of its words, the flow of its topic. */
export function coherence(words: number | null, flow: number | null): number | null {
  if (words === null) return null
  const ofWords = percentile('wordOrder', words)
  if (flow === null) return scoreOfPercentile(ofWords)
  return scoreOfPercentile(percentile('weaker', Math.min(ofWords, percentile('topicFlow', flow))))
}

export const relevance = (cosine: number): number => scoreOfPercentile(percentile('relevance', cosine))

/** In standard deviations of genuine text, above or below its mean. */
export const orderEvidence = (cues: readonly number[]): number =>
  (dot(cues, reference.order.weights) - reference.order.mean) / reference.order.deviation

/** Where the language is not certain, as with many names in between, function words tell. */
function isEnglish(sentences: readonly string[]): boolean {
  if (sentences.length === 0) return false
  const language = certainLanguage(sentences.join(' '), 'answer')
  return language === 'en' || (language === null && functionWordShare(sentences) > 0.25)
}

const fewestWords = 4

/** The beginning and the end of a prompt, where the question is; none when it is too short, or not English. */
function questionOf(prompt: string | null): string[] {
  const text = proseParagraphs(prompt ?? '').join(' ')
  if (wordsOf(text).length < fewestWords || ![null, 'en'].includes(certainLanguage(text, 'prompt'))) return []
  const half = maxEmbeddedCharacters / 2
  return [text.length <= maxEmbeddedCharacters ? text : `${text.slice(0, half)} ${text.slice(-half + 1)}`]
}
