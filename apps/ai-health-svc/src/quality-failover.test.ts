import OpenAI from 'openai'
import { systemClock } from '@akashic/shared/clock'
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

/** None is asked for twice. */
const passages = genuinePassages(700, 11)
let next = 0
const genuine = (good: string) => good
/** For a machine that is busy with other tests. */
const patienceMs = 120_000

beforeAll(async () => {
  database = await testDatabase()
  text = genuine
  const options = { apiKey: upstreamKey, models: ['gpt-4o'] }
  first = await startFakeOpenAi({ ...options, text: () => text(passages[next]!.content) })
  backup = await startFakeOpenAi({ ...options, text: () => passages[next]!.content })
  const breaker = { cooldown: '500ms', longestCooldown: '1s' }
  const providers = [aProvider('first', first, { priority: 1, breaker }), aProvider('backup', backup)]
  service = await startAiHealth({ providers, quality: { sampledPerSecond: 1_000 } }, { database })
})
afterAll(async () => {
  await service.close()
  await Promise.all([first.stop(), backup.stop()])
  await database.close()
})

async function ask(): Promise<string | null> {
  const sdk = new OpenAI({ apiKey: testKey, baseURL: service.proxyUrl(), maxRetries: 0 })
  next += 1
  const messages = [{ role: 'user' as const, content: passages[next]!.prompt }]
  const { response } = await sdk.chat.completions.create({ model: 'gpt-4o', messages }).withResponse()
  return response.headers.get('x-akashic-provider')
}

async function judgedOfFirst(): Promise<number> {
  const { responses } = await service.client.getQuality({ window: 1_000, provider: 'first', model: '' }, as('viewer'))
  return responses
}

async function circuitOfFirst() {
  const { providers } = await service.client.getHealth({ refresh: false }, as('viewer'))
  return providers.find(({ name }) => name === 'first')!.circuits[0]!
}

/** What was told of drift, in its order: `first firing repetition`. */
async function alerts(): Promise<string[]> {
  const told = (await service.events()).filter(({ type }) => type === 'akashic.ai.quality_alert.v1')
  return told.map(({ data }) => [data['provider'], data['status'], data['signal']].join(' '))
}

/** Asks one after the other, each judged before the next, until the backup answers.
 *  @returns how many answers came from the first. */
async function askUntilSwitched(most: number): Promise<number> {
  for (let answered = 0; answered <= most; answered++) {
    const before = await judgedOfFirst()
    if ((await ask()) === 'backup') return answered
    await eventually(async () => expect(await judgedOfFirst()).toBeGreaterThan(before), patienceMs)
  }
  return Infinity
}

/** Asks whenever a trial is due. */
async function askUntilTrusted(): Promise<void> {
  await eventually(async () => {
    const { state, nextTrialAtMs } = await circuitOfFirst()
    if (state !== 'CIRCUIT_STATE_CLOSED' && (nextTrialAtMs ?? 0) <= systemClock.now()) await ask()
    expect(state).toBe('CIRCUIT_STATE_CLOSED')
  }, patienceMs)
}

test('good answers raise no alarm, and score as genuine text does', async () => {
  for (let i = 0; i < 40; i++) expect(await ask()).toBe('first')
  await eventually(async () => expect(await judgedOfFirst()).toBe(40), patienceMs)
  const report = await service.client.getQuality({ window: 100, provider: '', model: '' }, as('viewer'))
  expect(report.coherenceScore).toBeGreaterThan(0.7)
  expect(report).toMatchObject({ errorRate: 0, alerts: [], responses: 40 })
}, 240_000)

test.each([
  ['repeated', 30, /repetition/],
  ['truncated', 30, /truncation/],
  ['refused', 30, /refusal/],
  ['wrong_language', 30, /wrong_language/],
  ['word_shuffled', 30, /coherence|truncation/],
  ['sentence_shuffled', 150, /order/],
] as const)(
  'answers that are %s are noticed within %i, switched away from, and switched back to once they are good',
  async (kind, most, signal) => {
    const random = seededRandom(5)
    const toldBefore = (await alerts()).length
    text = (good) => damage(kind, good, random)
    expect(await askUntilSwitched(most)).toBeLessThanOrEqual(most)
    text = genuine
    await askUntilTrusted()
    expect(await ask()).toBe('first')
    await eventually(async () => {
      const told = (await alerts()).slice(toldBefore)
      const fired = told.find((alert) => alert.startsWith('first firing') && signal.test(alert))
      expect(fired).toBeDefined()
      expect(told).toContain(fired!.replace('firing', 'resolved'))
      expect(told.filter((alert) => alert.startsWith('backup'))).toEqual([])
    }, patienceMs)
  },
  240_000,
)

test('what comes back after it was over is noticed sooner', async () => {
  const random = seededRandom(8)
  const refused = (good: string) => damage('refused', good, random)
  text = refused
  const before = await askUntilSwitched(30)
  text = genuine
  await askUntilTrusted()
  text = refused
  expect(await askUntilSwitched(30)).toBeLessThan(before)
}, 240_000)
