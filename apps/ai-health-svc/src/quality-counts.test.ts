import OpenAI from 'openai'
import { eventually, testDatabase, type TestDatabase } from '@akashic/testbed'
import { aProvider, as, startAiHealth, startPair, testKey, type AiHealthService } from './service-harness.ts'

/** What counts as an answer, and what as an error, through the whole service. */
let database: TestDatabase
let pair: Awaited<ReturnType<typeof startPair>>
let service: AiHealthService

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  pair = await startPair(database)
  const models = ['gpt-4o', { id: 'embed-3', endpoints: ['embeddings' as const] }]
  const providers = [
    aProvider('first', pair.first, { priority: 1, models }),
    aProvider('backup', pair.backup, { models: ['gpt-4o'] }),
  ]
  service = await startAiHealth({ providers, quality: { sampledPerSecond: 1_000 } }, { database })
})
afterEach(async () => {
  await service.close()
  await pair.stop()
})

const sdk = () => new OpenAI({ apiKey: testKey, baseURL: service.proxyUrl(), maxRetries: 0 })
const messages = [{ role: 'user' as const, content: 'Say who you are.' }]
const quality = () => service.client.getQuality({ window: 100, provider: '', model: '' }, as('viewer'))

async function counted(responses: number) {
  await eventually(async () => expect((await quality()).responses).toBe(responses), 20_000)
  return quality()
}

test('requests count once, however often they were tried; vectors and calls of tools count as answered', async () => {
  pair.first.script({ name: 'status', status: 503 }, { path: 'embeddings', times: 1 })
  for (let i = 0; i < 4; i++) await sdk().embeddings.create({ model: 'embed-3', input: 'text' })
  const tools = [{ type: 'function' as const, function: { name: 'look_up', parameters: { type: 'object' } } }]
  pair.first.script({ name: 'status', status: 503 }, { path: 'chat', times: 1 })
  await sdk().chat.completions.create({ model: 'gpt-4o', messages, tools, tool_choice: 'required' })
  const report = await counted(5)
  expect(report).toMatchObject({ errorRate: 0, alerts: [] })
  // Nothing of it can be judged, so nobody says that it is good.
  expect(report.overallScore).toBeUndefined()
  const health = await service.client.getHealth({ refresh: false }, as('viewer'))
  expect(health.responseQuality).toMatchObject({ status: 'HEALTH_UNKNOWN', responses: 5 })
})

test('a request that nobody answers is an error, and many of them are an alert with an event', async () => {
  for (const fake of [pair.first, pair.backup]) fake.script('invalid_key', { path: 'chat', times: 1 })
  const failed = sdk().chat.completions.create({ model: 'gpt-4o', messages })
  await expect(failed).rejects.toBeDefined()
  expect(await counted(1)).toMatchObject({ errorRate: 1 })
  for (let i = 0; i < 19; i++) {
    await service.client.addResponse(aResponse({ error: 'FAILURE_CLASS_OVERLOADED' }), as('operator'))
  }
  await eventually(async () => {
    const alerts = (await service.events()).filter(({ type }) => type.includes('quality_alert'))
    expect(alerts.map(({ data }) => [data['signal'], data['status']])).toContainEqual(['high_error_rate', 'firing'])
  }, 10_000)
})

const aResponse = (more: object = {}) => ({
  ...{ provider: 'backup', model: 'gpt-4o', prompt: 'Say who you are.', content: 'I am the backup, and I answer.' },
  ...{ finishReason: 'stop', format: 'text', requiredFields: [], hasTokenLimit: false },
  error: 'FAILURE_CLASS_UNSPECIFIED' as const,
  ...more,
})

test('every answer that is posted is kept, and can be rated', async () => {
  await service.reload({
    providers: [aProvider('backup', pair.backup)],
    quality: { sampledPerSecond: 1 },
  })
  const ids = await Promise.all(
    Array.from({ length: 30 }, async () => (await service.client.addResponse(aResponse(), as('operator'))).id),
  )
  await counted(30)
  for (const responseId of ids) await service.client.addFeedback({ responseId, rating: 1 }, as('operator'))
}, 30_000)

test('the alerts of a model that is configured no more end', async () => {
  for (let i = 0; i < 30; i++) {
    const failed = aResponse({ error: 'FAILURE_CLASS_OVERLOADED', provider: 'first' })
    await service.client.addResponse(failed, as('operator'))
  }
  const statuses = async () =>
    (await service.events())
      .filter(({ type, data }) => type.includes('quality_alert') && data['provider'] === 'first')
      .map(({ data }) => data['status'])
  await eventually(async () => expect(await statuses()).toEqual(['firing']), 10_000)
  await service.reload({ providers: [aProvider('backup', pair.backup)] })
  await eventually(async () => expect(await statuses()).toEqual(['firing', 'resolved']), 10_000)
})

test('a model that is left alone is told of, though none of the newest answers is of it, and its provider is degraded', async () => {
  const providers = [
    aProvider('first', pair.first, { priority: 1, breaker: { cooldown: '1h', longestCooldown: '1h' } }),
    aProvider('backup', pair.backup),
  ]
  await service.reload({ providers })
  const refusal = { content: 'I am sorry, but I cannot help with that request. As an AI model I must decline.' }
  for (let i = 0; i < 15; i++)
    await service.client.addResponse(aResponse({ provider: 'first', ...refusal }), as('operator'))
  await eventually(async () => {
    const { models } = await quality()
    expect(models.find(({ provider }) => provider === 'first')!.drifting).toContain('refusal')
  }, 20_000)
  const request = { window: 5, provider: '', model: '' }
  for (let i = 0; i < 6; i++) await service.client.addResponse(aResponse(), as('operator'))
  await eventually(async () => {
    const { models } = await service.client.getQuality(request, as('viewer'))
    expect(
      models.map(({ provider, responses, drifting }) => [provider, responses, drifting.includes('refusal')]),
    ).toEqual([
      ['backup', 5, false],
      ['first', 0, true],
    ])
  }, 20_000)
  // Until it was probed nothing is known of it.
  await eventually(async () => {
    const { providers: told } = await service.client.getHealth({ refresh: false }, as('viewer'))
    expect(told.find(({ name }) => name === 'first')).toMatchObject({
      ...{ overall: 'HEALTH_DEGRADED', responseQuality: { status: 'HEALTH_DEGRADED' } },
    })
  }, 20_000)
}, 60_000)

test('a provider that is asked for by a wrong name is refused, and not told to be unmeasured', async () => {
  const asked = service.client.getQuality({ window: 100, provider: 'frist', model: '' }, as('viewer'))
  await expect(asked).rejects.toMatchObject({ code: 'invalid_argument', fields: [{ pointer: '/provider' }] })
})
