import { loadModel } from '../load-model.ts'
import { advanceDrift, initialDrift } from '../drift.ts'
import { scoreResponse, type Embed } from '../score-response.ts'
import type { ResponseScores } from '../response-scores.ts'
import type { Vector } from '../vectors.ts'
import { anAnswer } from './an-answer.ts'
import { damage, damageKinds, genuinePassages, seededRandom, type GenuinePassage } from './passages.ts'

const vectors = new Map<string, Vector>()
const passages = genuinePassages(60, 12)
let embed: Embed
let genuine: ResponseScores[]

const scored = ({ prompt, content }: GenuinePassage): Promise<ResponseScores> =>
  scoreResponse(embed, anAnswer({ prompt, content }))

beforeAll(async () => {
  const model = await loadModel()
  embed = async (sentences) => {
    const missing = sentences.filter((sentence) => !vectors.has(sentence))
    const found = missing.length === 0 ? [] : await model.embed([...missing])
    missing.forEach((sentence, at) => vectors.set(sentence, found[at]!))
    return sentences.map((sentence) => vectors.get(sentence)!)
  }
  genuine = []
  for (const passage of passages) genuine.push(await scored(passage))
}, 120_000)

it('gives different passages in an order that the seed determines', () => {
  expect(genuinePassages(400, 1)).toEqual(genuinePassages(400, 1))
  expect(genuinePassages(400, 1)).not.toEqual(genuinePassages(400, 2))
  expect(new Set(genuinePassages(400, 1).map(({ content }) => content)).size).toBe(400)
})

it.each(damageKinds)('is noticed in time, with the real model, when passages are %s', async (kind) => {
  const random = seededRandom(13)
  let state = initialDrift()
  for (const scores of genuine) {
    const next = advanceDrift(state, scores)
    expect(next.alarms).toEqual([])
    state = next.state
  }
  const limit = kind === 'sentence_shuffled' ? 150 : 30
  for (let after = 1; after <= limit; after += 1) {
    const { prompt, content } = passages[after % passages.length]!
    const next = advanceDrift(state, await scored({ prompt, content: damage(kind, content, random) }))
    if (next.alarms.length > 0) return
    state = next.state
  }
  throw new Error(`not noticed within ${limit}`)
})
