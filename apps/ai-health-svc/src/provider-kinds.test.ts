import OpenAI, { APIError, RateLimitError } from 'openai'
import type { FailureClassName } from '@akashic/proto'
import { eventually, startFakeOpenAi, testDatabase, type FakeOpenAi, type TestDatabase } from '@akashic/testbed'
import { aProvider, as, chatsOf, startAiHealth, testKey, upstreamKey, type AiHealthService } from './service-harness.ts'

/** Four providers of four kinds behind one service, each in its own words. */
const kinds = ['openai', 'azure', 'anthropic', 'self_hosted'] as const
type Kind = (typeof kinds)[number]
type Fault = Parameters<FakeOpenAi['script']>[0]

let database: TestDatabase
let fakes: Record<Kind, FakeOpenAi>
let service: AiHealthService

/** What each says in its own words, and what it means. */
const faults = [
  ['openai', 'insufficient_quota', 'quota_exhausted'],
  ['openai', 'overloaded', 'overloaded'],
  ['azure', 'insufficient_quota', 'quota_exhausted'],
  ['azure', 'invalid_key', 'bad_credentials'],
  ['azure', 'model_not_found', 'model_unavailable'],
  ['anthropic', 'overloaded', 'overloaded'],
  ['anthropic', 'billing_400', 'quota_exhausted'],
  ['anthropic', 'payment_required', 'quota_exhausted'],
  ['anthropic', 'invalid_key', 'bad_credentials'],
  ['anthropic', 'model_not_found', 'model_unavailable'],
  ['self_hosted', 'forbidden', 'bad_credentials'],
  ['self_hosted', 'html_502', 'api_connection_failed'],
] as const satisfies readonly (readonly [Kind, Fault, FailureClassName])[]

const modelOf = (kind: Kind) => `${kind}-model`
/** Each fault has a model of its own, as circuits are of models. */
const modelFor = (kind: Kind, fault: string) => `${kind}-${fault}`
const modelsOf = (kind: Kind) => [
  ...[modelOf(kind), modelFor(kind, 'rate_limit')],
  ...faults.filter(([faulty]) => faulty === kind).map(([, fault]) => modelFor(kind, fault)),
]

/** They fill so slowly that what was used is still to be seen. Azure's deployment has no limit of requests: it says -1. */
const limitsOf = (kind: Kind) => ({ ...(kind !== 'azure' && { requestsPerMinute: 60 }), tokensPerMinute: 300 })

beforeAll(async () => {
  database = await testDatabase()
  const started = kinds.map(async (kind) => {
    const apiKey = kind === 'self_hosted' ? '' : upstreamKey
    const options = { kind, apiKey, models: modelsOf(kind), limits: limitsOf(kind), text: `From ${kind}.` }
    return [kind, await startFakeOpenAi(options)] as const
  })
  fakes = Object.fromEntries(await Promise.all(started)) as Record<Kind, FakeOpenAi>
  const providers = kinds.map((kind) =>
    aProvider(kind.replace('_', '-'), fakes[kind], {
      ...{ kind, models: modelsOf(kind), breaker: { failures: 1 } },
      retries: { overloaded: 0, rateLimited: 0, connectionFailed: 0 },
      ...(kind === 'self_hosted' && { apiKey: '' }),
      // By deployments, as resources with an api-version are asked.
      ...(kind === 'azure' && { baseUrl: fakes.azure.url, apiVersion: '2024-10-21' }),
    }),
  )
  service = await startAiHealth({ providers }, { database })
})
afterAll(async () => {
  await service.close()
  await Promise.all(Object.values(fakes).map((fake) => fake.stop()))
  await database.close()
})

async function ask(kind: Kind, model = modelOf(kind)): Promise<string | null | undefined> {
  const sdk = new OpenAI({ apiKey: testKey, baseURL: service.proxyUrl(), maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'Say who you are.' }]
  const { choices } = await sdk.chat.completions.create({ model, messages })
  return choices[0]?.message.content
}

async function health(kind: Kind) {
  const { providers } = await service.client.getHealth({ refresh: false }, as('viewer'))
  return providers.find(({ name }) => name === kind.replace('_', '-'))!
}

async function circuit(kind: Kind, wanted: string) {
  return (await health(kind)).circuits.find(({ model }) => model === wanted)!
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
    expect(apiConnectivity).toMatchObject({ status: 'HEALTH_HEALTHY', modelsAvailable: modelsOf(kind).length })
    expect(modelAvailability).toEqual(modelsOf(kind).map((model) => ({ model, isAvailable: true })))
  })
})

test.each(['openai', 'azure', 'anthropic'] as const)('the limits of %s are read from its own headers', async (kind) => {
  await eventually(async () => {
    await ask(kind)
    const { rateLimitStatus } = await health(kind)
    const { requestsPerMinute, tokensPerMinute } = rateLimitStatus!
    expect(rateLimitStatus).toMatchObject({ source: 'headers', tokensPerMinute: { limit: 300 } })
    expect(tokensPerMinute!.used).toBeGreaterThan(0)
    expect(tokensPerMinute!.resetAtMs).toBeGreaterThan(Date.now())
    expect(tokensPerMinute!.resetAtMs).toBeLessThan(Date.now() + 61_000)
    expect(requestsPerMinute!.limit).toBe(kind === 'azure' ? undefined : 60)
    expect(requestsPerMinute!.resetAtMs === undefined).toBe(kind === 'azure')
  })
})

test('of a provider that tells none the limits are unknown', async () => {
  await ask('self_hosted')
  const { rateLimitStatus } = await health('self_hosted')
  expect(rateLimitStatus).toMatchObject({ source: '', requestsPerMinute: {}, tokensPerMinute: {} })
  expect(rateLimitStatus!.requestsPerMinute!.limit).toBeUndefined()
})

test.each(faults)('%s says %s in its own words, and it is reported as %s', async (kind, fault, failureClass) => {
  const model = modelFor(kind, fault)
  fakes[kind].script(fault, { path: 'chat', times: 1, model })
  await expect(ask(kind, model)).rejects.toBeInstanceOf(APIError)
  expect(await circuit(kind, model)).toMatchObject({ state: 'CIRCUIT_STATE_OPEN', reason: failureClass })
})

test.each(kinds)('%s is left alone for as long as its 429 wants', async (kind) => {
  const model = modelFor(kind, 'rate_limit')
  fakes[kind].script({ name: 'rate_limit', retryAfter: { seconds: 50 } }, { path: 'chat', times: 1, model })
  await expect(ask(kind, model)).rejects.toBeInstanceOf(RateLimitError)
  const { state, coolingUntilMs } = await circuit(kind, model)
  expect(state).toBe('CIRCUIT_STATE_CLOSED')
  expect(coolingUntilMs! - Date.now()).toBeGreaterThan(30_000)
  const calls = chatsOf(fakes[kind]).length
  await expect(ask(kind, model)).rejects.toBeInstanceOf(RateLimitError)
  expect(chatsOf(fakes[kind])).toHaveLength(calls)
})
