import OpenAI from 'openai'
import { eventually, startFakeOpenAi, testDatabase, type FakeOpenAi, type TestDatabase } from '@akashic/testbed'
import { damage, genuinePassages } from './quality/testing/passages.ts'
import { seededRandom } from './quality/testing/seeded-random.ts'
import { aProvider, as, startAiHealth, testKey, upstreamKey, type AiHealthService } from './service-harness.ts'

/** Real prose through the real proxy, scorer and database, damaged at the provider. */
let database: TestDatabase
let first: FakeOpenAi
let backup: FakeOpenAi
let service: AiHealthService
let text: (good: string) => string

const passages = genuinePassages(300, 11)
let next = 0
const genuine = (good: string) => good

beforeAll(async () => {
  database = await testDatabase()
  text = genuine
  const options = { apiKey: upstreamKey, models: ['gpt-4o'] }
  first = await startFakeOpenAi({ ...options, text: () => text(passages[next]!.content) })
  backup = await startFakeOpenAi({ ...options, text: 'The backup says it well. It has nothing more to add to that.' })
  const quality = { sampledPerSecond: 1_000, trials: 2 }
  const providers = [
    aProvider('first', first, { priority: 1, breaker: { cooldown: '500ms' } }),
    aProvider('backup', backup),
  ]
  service = await startAiHealth({ providers, quality }, { database })
})
afterAll(async () => {
  await service.close()
  await Promise.all([first.stop(), backup.stop()])
  await database.close()
})

async function ask(): Promise<string | null> {
  const sdk = new OpenAI({ apiKey: testKey, baseURL: service.proxyUrl(), maxRetries: 0 })
  next = (next + 1) % passages.length
  const messages = [{ role: 'user' as const, content: passages[next]!.prompt }]
  const { response } = await sdk.chat.completions.create({ model: 'gpt-4o', messages }).withResponse()
  return response.headers.get('x-akashic-provider')
}

const scoredOfFirst = async (): Promise<number> => {
  const { responses } = await service.client.getQuality({ window: 1_000, provider: 'first', model: '' }, as('viewer'))
  return responses
}

/** Asks one after the other, each judged before the next, until the backup answers. */
async function askUntilSwitched(most: number): Promise<number> {
  for (let asked = 0; asked < most; asked++) {
    const before = await scoredOfFirst()
    if ((await ask()) === 'backup') return asked
    await eventually(async () => expect(await scoredOfFirst()).toBeGreaterThan(before), 10_000)
  }
  return most
}

test('good answers raise no alarm, and score as genuine text does', async () => {
  for (let i = 0; i < 40; i++) expect(await ask()).toBe('first')
  await eventually(async () => expect(await scoredOfFirst()).toBe(40), 20_000)
  const report = await service.client.getQuality({ window: 100, provider: '', model: '' }, as('viewer'))
  expect(report.coherenceScore).toBeGreaterThan(0.7)
  expect(report).toMatchObject({ errorRate: 0, alerts: [], responses: 40 })
}, 60_000)

test.each([
  ['repeated', 30],
  ['truncated', 30],
  ['refused', 30],
  ['wrong_language', 30],
  ['word_shuffled', 30],
  ['sentence_shuffled', 150],
] as const)(
  'answers that are %s are noticed within %i, switched away from, and switched back to once they are good',
  async (kind, most) => {
    const random = seededRandom(5)
    text = (good) => damage(kind, good, random)
    expect(await askUntilSwitched(most + 1)).toBeLessThanOrEqual(most)
    text = genuine
    await eventually(async () => {
      expect(await ask()).toBe('first')
      const health = await service.client.getHealth({ refresh: false }, as('viewer'))
      const { circuits } = health.providers.find(({ name }) => name === 'first')!
      expect(circuits[0]).toMatchObject({ state: 'CIRCUIT_STATE_CLOSED' })
    }, 40_000)
    await eventually(async () => {
      const alerts = (await service.events()).filter(({ type }) => type.includes('quality_alert'))
      expect(alerts.map(({ data }) => data['status'])).toEqual(expect.arrayContaining(['firing', 'resolved']))
    })
  },
  90_000,
)
