import { loadModel } from './load-model.ts'
import type { ResponseScores } from './response-scores.ts'
import { maxEmbeddedSentences, scoreResponse, type Embed } from './score-response.ts'
import { anAnswer } from './testing/an-answer.ts'
import { damage, genuinePassages, seededRandom } from './testing/passages.ts'

let embed: Embed
let genuine: Awaited<ReturnType<typeof scoresOf>>

beforeAll(async () => {
  const model = await loadModel()
  embed = (sentences) => model.embed([...sentences])
  genuine = await scoresOf((passage) => passage)
}, 120_000)

const some = genuinePassages(80, 5)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

async function scoresOf(change: (passage: (typeof some)[number], at: number) => Parameters<typeof anAnswer>[0]) {
  const found: ResponseScores[] = []
  for (const [at, passage] of some.entries()) found.push(await scoreResponse(embed, anAnswer(change(passage, at))))
  const known = (measure: 'coherence' | 'relevance' | 'order') =>
    found.map((scores) => scores[measure]).filter((value) => value !== null)
  return { found, coherence: known('coherence'), relevance: known('relevance'), order: known('order') }
}

it('scores genuine answers well above 0.7, and shuffled words far below', async () => {
  const random = seededRandom(6)
  const shuffled = await scoresOf(({ prompt, content }) => ({
    prompt,
    content: damage('word_shuffled', content, random),
  }))
  expect(genuine.coherence.length).toBeGreaterThan(25)
  expect(mean(genuine.coherence)).toBeGreaterThan(0.75)
  expect(shuffled.coherence.length).toBeGreaterThan(25)
  expect(mean(shuffled.coherence)).toBeLessThan(0.2)
})

it('finds answers to other questions less relevant', async () => {
  const wrong = await scoresOf(({ content }, at) => ({ content, prompt: some[(at + 7) % some.length]!.prompt }))
  expect(mean(genuine.relevance) - mean(wrong.relevance)).toBeGreaterThan(0.05)
})

it('finds less order where sentences are shuffled', async () => {
  const random = seededRandom(7)
  const shuffled = await scoresOf(({ prompt, content }) => ({
    prompt,
    content: damage('sentence_shuffled', content, random),
  }))
  expect(mean(genuine.order) - mean(shuffled.order)).toBeGreaterThan(0.2)
})

it.each([
  ['is too short', { content: 'Yes.' }],
  ['is empty', { content: '' }],
  [
    'is not English',
    { content: 'Der Dienst liest seine Einstellungen beim Start. Danach schreibt er jede Änderung in das Protokoll.' },
  ],
  ['is JSON', { format: 'json', content: '{"text":"The service reads its settings when it starts."}' }],
  ['is code', { content: '```\nlet a = 1\nlet b = 2\n```' }],
] as const)('says nothing, rather than 0, of an answer that %s', async (_, change) => {
  expect(await scoreResponse(embed, anAnswer(change))).toMatchObject({
    ...{ length: change.content.length, coherence: null, relevance: null, order: null },
  })
})

it('says nothing of relevance without a prompt', async () => {
  const scores = await scoreResponse(embed, anAnswer({ prompt: null }))
  expect(scores.relevance).toBeNull()
  expect(scores.coherence).not.toBeNull()
})

it('tells the length of the whole answer, and embeds only its beginning', async () => {
  const content = some
    .map((passage) => passage.content)
    .join('\n\n')
    .repeat(3)
  let embedded: readonly string[] = []
  const scores = await scoreResponse((sentences) => {
    embedded = sentences
    return embed(sentences)
  }, anAnswer({ content }))
  expect(scores.length).toBe(content.length)
  expect(embedded).toHaveLength(maxEmbeddedSentences + 1)
  expect(Math.max(...embedded.map(({ length }) => length))).toBeLessThanOrEqual(601)
})
