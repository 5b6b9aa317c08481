import type { aiHealth } from '@akashic/proto'
import { aiAtMs, anUnmeasuredProvider, aProvider } from '../testing/ai-builders.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const at = (afterMs = 0): string => new Date(aiAtMs + afterMs).toISOString()

const failing = aProvider({
  ...{ name: 'azure', kind: 'azure', priority: 20, overall: 'HEALTH_FAILED' },
  apiConnectivity: {
    ...{ status: 'HEALTH_DEGRADED', latencyMs: 90, lastCheckedAtMs: aiAtMs },
    problem: { class: 'FAILURE_CLASS_QUOTA_EXHAUSTED', message: 'The account has no credit left.' },
  },
  modelAvailability: [{ model: 'gpt-4o' }, { model: 'o9', isAvailable: false }],
  recommendations: ['azure: add credit.'],
  circuits: [
    {
      ...{ provider: 'azure', model: 'gpt-4o', state: 'CIRCUIT_STATE_OPEN', reason: 'overloaded' },
      ...{ failures: 5, successes: 2, openedAtMs: aiAtMs - 9_000, nextTrialAtMs: aiAtMs + 21_000 },
      ...{ coolingUntilMs: aiAtMs + 30_000, openedCount: 3 },
    },
    {
      ...{ provider: 'azure', model: 'o9', state: 'CIRCUIT_STATE_CLOSED', reason: '' },
      ...{ failures: 0, successes: 0, openedCount: 0 },
    },
  ],
})
const own = aProvider()
const aReport = (partial: Partial<aiHealth.GetHealthResponse> = {}): aiHealth.GetHealthResponse => ({
  ...{ overall: 'HEALTH_DEGRADED', apiConnectivity: own.apiConnectivity!, rateLimitStatus: own.rateLimitStatus! },
  ...{ rateLimitedProvider: 'openai', modelAvailability: own.modelAvailability },
  ...{ responseQuality: own.responseQuality!, recommendations: ['azure: add credit.'] },
  ...{ providers: [own, failing, anUnmeasuredProvider('llama')], atMs: aiAtMs },
  ...partial,
})

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.ai.scripts = {}
})

const keyOf = async (rights: object): Promise<string> => {
  const body = { principal: JSON.stringify(rights), kind: 'service', ...rights }
  return (await gateway.call('POST', '/api/v1/keys', { body })).body.key
}

test('the report of health is the one of the guide, over all and for each provider', async () => {
  gateway.ai.scripts.getHealth = async () => aReport()
  const { status, body } = await gateway.call('GET', '/api/v1/ai/health')
  expect(status).toBe(200)
  const measured = {
    apiConnectivity: {
      ...{ status: 'healthy', latencyMs: 210.5, modelsAvailable: 41, lastChecked: at(), error: null, problem: null },
    },
    rateLimitStatus: {
      provider: 'openai',
      requestsPerMinute: { used: 480, limit: 500, resetTime: at(12_000), exhaustedInMs: 240_000 },
      tokensPerMinute: { used: 30_000, limit: 90_000, resetTime: at(20_000), exhaustedInMs: null },
      ...{ recommendedAction: 'Slow down.', source: 'headers', observedAt: at() },
    },
    modelAvailability: [{ model: 'gpt-4o', available: true }],
    responseQuality: { status: 'healthy', responses: 100, overallScore: 0.9, coherenceScore: 0.85, errorRate: 0.02 },
  }
  const { providers, ...overall } = body
  expect(overall).toEqual({
    ...{ overall: 'degraded', ...measured, recommendations: ['azure: add credit.'], generatedAt: at() },
  })
  expect(providers[0]).toEqual({
    ...{ name: 'openai', kind: 'openai', priority: 10, overall: 'healthy', ...measured },
    ...{ recommendations: [], circuits: [] },
  })
})

test('what is wrong with a provider is named by its class, with its missing models and its circuits', async () => {
  gateway.ai.scripts.getHealth = async () => aReport()
  const [, azure] = (await gateway.call('GET', '/api/v1/ai/health')).body.providers
  expect(azure).toMatchObject({
    overall: 'failed',
    apiConnectivity: {
      ...{ status: 'degraded', modelsAvailable: null, error: 'The account has no credit left.' },
      problem: { class: 'quota_exhausted', message: 'The account has no credit left.' },
    },
    rateLimitStatus: { provider: 'azure' },
    modelAvailability: [
      { model: 'gpt-4o', available: null },
      { model: 'o9', available: false },
    ],
  })
  expect(azure.circuits).toEqual([
    {
      ...{ provider: 'azure', model: 'gpt-4o', state: 'open', reason: 'overloaded', failures: 5, successes: 2 },
      ...{ openedAt: at(-9_000), nextTrialAt: at(21_000), coolingUntil: at(30_000), openedCount: 3 },
    },
    {
      ...{ provider: 'azure', model: 'o9', state: 'closed', reason: null, failures: 0, successes: 0 },
      ...{ openedAt: null, nextTrialAt: null, coolingUntil: null, openedCount: 0 },
    },
  ])
})

test('what was not measured is null and never 0', async () => {
  const nothing: aiHealth.GetHealthResponse = {
    ...{ overall: 'HEALTH_UNKNOWN', rateLimitedProvider: '', modelAvailability: [], recommendations: [] },
    ...{ providers: [anUnmeasuredProvider('llama')], atMs: aiAtMs },
  }
  gateway.ai.scripts.getHealth = async () => nothing
  const { body } = await gateway.call('GET', '/api/v1/ai/health')
  const none = { used: null, limit: null, resetTime: null, exhaustedInMs: null }
  const unmeasured = {
    apiConnectivity: {
      ...{ status: 'unknown', latencyMs: null, modelsAvailable: null, lastChecked: null, error: null, problem: null },
    },
    responseQuality: { status: 'unknown', responses: 0, overallScore: null, coherenceScore: null, errorRate: null },
  }
  const limits = { requestsPerMinute: none, tokensPerMinute: none, source: null, observedAt: null }
  expect(body).toMatchObject({ overall: 'unknown', ...unmeasured, rateLimitStatus: { provider: null, ...limits } })
  expect(body.providers[0]).toMatchObject({ ...unmeasured, rateLimitStatus: { provider: 'llama', ...limits } })
  expect(body.providers[0].modelAvailability).toEqual([{ model: 'llama', available: null }])
})

test('viewers read the report, and only operators have every provider asked again', async () => {
  const asked: unknown[] = []
  gateway.ai.scripts.getHealth = async ({ refresh }) => (asked.push(refresh), aReport())
  const key = await keyOf({ role: 'viewer' })
  const path = '/api/v1/ai/health?refresh=true'
  expect((await gateway.call('GET', '/api/v1/ai/health', { key })).status).toBe(200)
  const refused = await gateway.call('GET', path, { key })
  expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining('needs the role operator') } })
  expect((await gateway.call('GET', path, { key: await keyOf({ role: 'operator' }) })).status).toBe(200)
  expect(asked).toEqual([false, true])
  expect((await gateway.call('GET', '/api/v1/ai/health?refresh=1')).status).toBe(400)
  const limited = await keyOf({ role: 'admin', scope: ['web'] })
  expect((await gateway.call('GET', '/api/v1/ai/health', { key: limited })).status).toBe(403)
  expect((await gateway.call('GET', '/api/v1/ai/health', { key: null })).status).toBe(401)
})

test('the providers are a list of what the report says of each', async () => {
  gateway.ai.scripts.getHealth = async () => aReport()
  const { providers } = (await gateway.call('GET', '/api/v1/ai/health')).body
  const { body } = await gateway.call('GET', '/api/v1/ai/providers', { key: await keyOf({ role: 'viewer' }) })
  expect(body).toEqual({ items: providers, nextCursor: null })
  expect(providers).toHaveLength(3)
})
