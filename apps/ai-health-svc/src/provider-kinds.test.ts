import OpenAI from 'openai'
import { eventually, startFakeOpenAi, testDatabase, type FakeOpenAi, type TestDatabase } from '@akashic/testbed'
import { aProvider, as, chatsOf, startAiHealth, testKey, upstreamKey, type AiHealthService } from './service-harness.ts'

/** Four providers of four kinds behind one service, each in its own words. */
const kinds = ['openai', 'azure', 'anthropic', 'self_hosted'] as const
type Kind = (typeof kinds)[number]

let database: TestDatabase
let fakes: Record<Kind, FakeOpenAi>
let service: AiHealthService

const modelOf = (kind: Kind) => `${kind}-model`

beforeAll(async () => {
  database = await testDatabase()
  // They fill so slowly that what was used is still to be seen.
  const limits = { requestsPerMinute: 20, tokensPerMinute: 1_000 }
  const started = kinds.map(async (kind) => {
    const apiKey = kind === 'self_hosted' ? '' : upstreamKey
    return [
      kind,
      await startFakeOpenAi({ kind, apiKey, models: [modelOf(kind)], limits, text: `From ${kind}.` }),
    ] as const
  })
  fakes = Object.fromEntries(await Promise.all(started)) as Record<Kind, FakeOpenAi>
  const more = { retries: { overloaded: 0, rateLimited: 0 } }
  const providers = [
    aProvider('openai', fakes.openai, { ...more, models: ['openai-model'] }),
    // By deployments, as resources with an api-version are asked.
    aProvider(
      'azure',
      { baseUrl: fakes.azure.url },
      {
        ...{ ...more, kind: 'azure', apiVersion: '2024-10-21', models: ['azure-model'] },
      },
    ),
    aProvider('anthropic', fakes.anthropic, { ...more, kind: 'anthropic', models: ['anthropic-model'] }),
    aProvider('self-hosted', fakes.self_hosted, {
      ...{ ...more, kind: 'self_hosted', apiKey: '', models: ['self_hosted-model'] },
    }),
  ]
  service = await startAiHealth({ providers }, { database })
})
afterAll(async () => {
  await service.close()
  await Promise.all(Object.values(fakes).map((fake) => fake.stop()))
  await database.close()
})

async function ask(kind: Kind): Promise<string | null | undefined> {
  const sdk = new OpenAI({ apiKey: testKey, baseURL: service.proxyUrl(), maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'Say who you are.' }]
  const { choices } = await sdk.chat.completions.create({ model: modelOf(kind), messages })
  return choices[0]?.message.content
}

async function health(kind: Kind) {
  const { providers } = await service.client.getHealth({ refresh: false }, as('viewer'))
  return providers.find(({ name }) => name === kind.replace('_', '-'))!
}

test.each([
  ['openai', '/v1/chat/completions'],
  ['azure', '/openai/deployments/azure-model/chat/completions'],
  ['anthropic', '/v1/chat/completions'],
  ['self_hosted', '/v1/chat/completions'],
] as const)('%s is asked where it listens, and knows us', async (kind, path) => {
  expect(await ask(kind)).toBe(`From ${kind}.`)
  expect(chatsOf(fakes[kind]).at(-1)).toMatchObject({ path, authorization: 'right', status: 200 })
})

test.each(kinds)('the models of %s are found', async (kind) => {
  await eventually(async () => {
    const { apiConnectivity, modelAvailability } = await health(kind)
    expect(apiConnectivity).toMatchObject({ status: 'HEALTH_HEALTHY', modelsAvailable: 1 })
    expect(modelAvailability).toEqual([{ model: modelOf(kind), isAvailable: true }])
  })
})

test.each(['openai', 'azure', 'anthropic'] as const)('the limits of %s are read from its own headers', async (kind) => {
  await ask(kind)
  const { rateLimitStatus } = await health(kind)
  expect(rateLimitStatus).toMatchObject({
    source: 'headers',
    requestsPerMinute: { limit: 20 },
    tokensPerMinute: { limit: 1_000 },
  })
  expect(rateLimitStatus!.requestsPerMinute!.used).toBeGreaterThan(0)
  expect(rateLimitStatus!.tokensPerMinute!.resetAtMs).toBeGreaterThan(Date.now())
})

test('of a provider that tells none the limits are unknown', async () => {
  await ask('self_hosted')
  const { rateLimitStatus } = await health('self_hosted')
  expect(rateLimitStatus).toMatchObject({ source: '', requestsPerMinute: {}, tokensPerMinute: {} })
  expect(rateLimitStatus!.requestsPerMinute!.limit).toBeUndefined()
})

test.each([
  ['openai', 'insufficient_quota', 'FAILURE_CLASS_QUOTA_EXHAUSTED'],
  ['azure', 'model_not_found', 'FAILURE_CLASS_MODEL_UNAVAILABLE'],
  ['anthropic', 'billing_400', 'FAILURE_CLASS_QUOTA_EXHAUSTED'],
  ['self_hosted', 'forbidden', 'FAILURE_CLASS_BAD_CREDENTIALS'],
] as const)('%s says %s in its own words, and that is what is reported', async (kind, fault, failureClass) => {
  fakes[kind].script(fault, { path: 'chat', times: 1 })
  await expect(ask(kind)).rejects.toBeDefined()
  await eventually(async () => {
    const { circuits } = await health(kind)
    expect(circuits[0]).toMatchObject({ state: 'CIRCUIT_STATE_OPEN' })
    expect(`FAILURE_CLASS_${circuits[0]!.reason.toUpperCase()}`).toBe(failureClass)
  })
})
