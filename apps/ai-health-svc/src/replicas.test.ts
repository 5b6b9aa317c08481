import { setTimeout as pause } from 'node:timers/promises'
import OpenAI from 'openai'
import { eventually, testDatabase, type TestDatabase } from '@akashic/testbed'
import { aProvider, as, chatsOf, startAiHealth, startPair, testKey, type AiHealthService } from './service-harness.ts'

/** Two replicas on one database. */
let database: TestDatabase
let pair: Awaited<ReturnType<typeof startPair>>
let replicas: AiHealthService[]

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  pair = await startPair(database)
  const probe = { interval: '2s' }
  const providers = [
    aProvider('first', pair.first, {
      priority: 1,
      probe,
      breaker: { failures: 3, cooldown: '2s', longestCooldown: '2s' },
    }),
    aProvider('backup', pair.backup, { probe, limits: { requestsPerMinute: 40 } }),
  ]
  replicas = [
    await startAiHealth({ providers }, { database, replicaId: 'r1' }),
    await startAiHealth({ providers }, { database, replicaId: 'r2' }),
  ]
})
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.close()))
  await pair.stop()
})

async function ask(replica: AiHealthService): Promise<string | null> {
  const sdk = new OpenAI({ apiKey: testKey, baseURL: replica.proxyUrl(), maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'Hello.' }]
  const { response } = await sdk.chat.completions.create({ model: 'gpt-4o', messages }).withResponse()
  return response.headers.get('x-akashic-provider')
}

const stateIn = async (replica: AiHealthService) => {
  const { providers } = await replica.client.getHealth({ refresh: false }, as('viewer'))
  return providers.find(({ name }) => name === 'first')!.circuits[0]!.state
}

test('a circuit that opens in one is open in the other, and together they try it once', async () => {
  const [one, other] = replicas as [AiHealthService, AiHealthService]
  pair.first.script({ name: 'status', status: 500 }, { path: 'chat' })
  await ask(one)
  await eventually(async () => expect(await stateIn(other)).toBe('CIRCUIT_STATE_OPEN'))
  const before = chatsOf(pair.first).length
  expect(await ask(other)).toBe('backup')
  expect(chatsOf(pair.first)).toHaveLength(before)
  await pause(2_100)
  await Promise.all([one, other, one, other, one, other].map(ask))
  expect(chatsOf(pair.first)).toHaveLength(before + 1)
  pair.first.clearScript()
  await eventually(async () => expect(await ask(other)).toBe('first'), 20_000)
  await eventually(async () => expect(await stateIn(one)).toBe('CIRCUIT_STATE_CLOSED'))
  const opened = (await one.events()).filter(
    ({ type, data }) => type.includes('circuit_changed') && data['oldStatus'] === 'closed',
  )
  expect(opened).toHaveLength(1)
}, 60_000)

test('they share one probe of each provider', async () => {
  const probes = () => pair.first.calls().filter(({ path }) => path.endsWith('/models')).length
  await eventually(() => expect(probes()).toBeGreaterThan(0))
  const before = probes()
  await pause(6_500)
  expect(probes() - before).toBeLessThanOrEqual(4)
  expect(probes() - before).toBeGreaterThanOrEqual(2)
}, 30_000)

test('a limit that is configured is of both together', async () => {
  await pair.first.stop()
  for (let i = 0; i < 6; i++) await Promise.all(replicas.map(ask))
  const usedIn = async (replica: AiHealthService) => {
    const { providers } = await replica.client.getHealth({ refresh: false }, as('viewer'))
    return providers.find(({ name }) => name === 'backup')!.rateLimitStatus!.requestsPerMinute!.used
  }
  await eventually(async () => {
    for (const replica of replicas) expect(await usedIn(replica)).toBe(12)
  }, 10_000)
}, 30_000)
