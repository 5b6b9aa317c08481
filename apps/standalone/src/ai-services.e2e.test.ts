import { writeFile } from 'node:fs/promises'
import { eventually, freePort, startFakeOpenAi, type FakeOpenAi } from '@akashic/testbed'
import { makeHome, type Home } from './testing/home.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'

const upstreamKey = 'sk-upstream-9b1e64c07d2f4a58'
const virtualKey = 'vk-shop-5c0d9e7a1b3f4286'

let home: Home
let first: FakeOpenAi
let backup: FakeOpenAi
let product: Product
let proxyUrl: string

beforeAll(async () => {
  home = await makeHome()
  const options = {
    apiKey: upstreamKey,
    models: ['gpt-4o'],
    limits: { requestsPerMinute: 500, tokensPerMinute: 90_000 },
  }
  first = await startFakeOpenAi({ ...options, text: 'From the first.' })
  backup = await startFakeOpenAi({ ...options, text: 'From the backup.' })
  const port = await freePort()
  proxyUrl = `http://127.0.0.1:${port}/v1`
  await writeFile(home.configFile, configFor(first, backup))
  const env = { AI_PROXY_PORT: String(port), OPENAI_API_KEY: upstreamKey, SHOP_AI_KEY: virtualKey }
  product = await startProduct(home, { env: { ...env, AKASHIC_CONFIG: home.configFile } })
}, 90_000)
afterAll(async () => {
  await killAll()
  await Promise.all([first.stop(), backup.stop()])
  await home.remove()
})

const configFor = (one: FakeOpenAi, other: FakeOpenAi): string => `
ai:
  providers:
    - { name: openai, baseUrl: "${one.baseUrl}", apiKey: "\${OPENAI_API_KEY}", priority: 1, models: [gpt-4o], probe: { interval: 1s } }
    - { name: spare, baseUrl: "${other.baseUrl}", apiKey: "\${OPENAI_API_KEY}", models: [gpt-4o], probe: { interval: 1s } }
  keys:
    - { name: shop, secret: "\${SHOP_AI_KEY}", queue: true }
`

const original = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello.' }] }

async function chat(): Promise<{ status: number; provider: string | null; id: string }> {
  const headers = { authorization: `Bearer ${virtualKey}`, 'content-type': 'application/json' }
  const response = await fetch(`${proxyUrl}/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(original),
  })
  await response.text()
  const told = (name: string) => response.headers.get(`x-akashic-${name}`)
  return { status: response.status, provider: told('provider'), id: told('request-id') ?? '' }
}

const stateOfPage = async (): Promise<string | undefined> => {
  const { json } = await product.get('/status')
  return (json.components as { id: string; status: string }[]).find(({ id }) => id === 'ai-services')?.status
}

test('AI Services on the public status follow the providers, down to one and to none', async () => {
  await eventually(async () => expect(await stateOfPage()).toBe('operational'), 60_000)
  await first.stop()
  await eventually(async () => expect(await stateOfPage()).toBe('partial_outage'), 60_000)
  await backup.stop()
  await eventually(async () => expect(await stateOfPage()).toBe('outage'), 60_000)
  await Promise.all([first.start(), backup.start()])
  await eventually(async () => expect(await stateOfPage()).toBe('operational'), 60_000)
}, 240_000)

test('the report tells limits, models and what is wrong, over REST', async () => {
  expect(await chat()).toMatchObject({ status: 200, provider: 'openai' })
  await eventually(async () => {
    const { json } = await product.call('GET', '/api/v1/ai/health')
    expect(json).toMatchObject({
      overall: 'healthy',
      apiConnectivity: { status: 'healthy', modelsAvailable: 2 },
      modelAvailability: [{ model: 'gpt-4o', available: true }],
      providers: [
        { name: 'openai', rateLimitStatus: { requestsPerMinute: { limit: 500 }, source: 'headers' } },
        { name: 'spare' },
      ],
    })
  })
  first.script('invalid_key', { path: 'chat' })
  expect(await chat()).toMatchObject({ status: 200, provider: 'spare' })
  await eventually(async () => {
    const { json } = await product.call('GET', '/api/v1/ai/health')
    expect(json).toMatchObject({ overall: 'degraded', providers: [{ overall: 'failed' }, { overall: 'healthy' }] })
    expect(json.recommendations.join()).toContain('API key')
  })
})

test('a failure is handled over REST: waited out, queued, and switched to a backup', async () => {
  const body = { type: 'rate_limit_exceeded', retryCount: 1, originalRequest: original }
  const waited = await product.call('POST', '/api/v1/ai/failures', body)
  expect(waited).toMatchObject({ status: 200, json: { action: 'retry_with_backoff', requestId: null } })
  expect(waited.json.backoffTimeMs).toBeLessThanOrEqual(2_000)
  const switched = await product.call('POST', '/api/v1/ai/failures', { ...body, retryCount: 4 })
  expect(switched.json).toMatchObject({
    action: 'switched_to_backup',
    service: 'spare/gpt-4o',
    result: { choices: [{ message: { content: 'From the backup.' } }] },
  })
  const queued = await product.call('POST', '/api/v1/ai/failures', { ...body, key: 'shop', provider: 'spare' })
  const { requestId } = queued.json
  expect(requestId).toEqual(expect.any(String))
  await eventually(async () => {
    const { json } = await product.call('GET', `/api/v1/ai/requests/${requestId}`)
    expect(json).toMatchObject({ state: 'succeeded', result: { choices: [{ message: { role: 'assistant' } }] } })
  }, 30_000)
})

test('an answer can be rated, and quality says what it knows', async () => {
  const { id } = await chat()
  await eventually(async () => {
    expect((await product.call('POST', '/api/v1/ai/feedback', { responseId: id, rating: 'up' })).status).toBe(204)
  })
  const { json } = await product.call('GET', '/api/v1/ai/quality')
  expect(json.metrics.userSatisfaction).toBe(1)
  expect(json.responses).toBeGreaterThan(0)
})

test('no key of a provider or of a caller is in what it logs, tells, publishes or measures', async () => {
  const told = await Promise.all(
    ['/api/v1/ai/health', '/api/v1/ai/providers', '/api/v1/ai/requests', '/api/v1/audit'].map(async (path) => {
      const { status, text } = await product.call('GET', path)
      expect(status).toBe(200)
      return text
    }),
  )
  for (const fake of [first, backup]) fake.script('invalid_key', { path: 'chat', times: 1 })
  const refused = await fetch(`${proxyUrl}/chat/completions`, {
    ...{ method: 'POST', headers: { authorization: `Bearer ${virtualKey}` }, body: JSON.stringify(original) },
  })
  expect(refused.status).toBe(503)
  told.push(await refused.text())
  const metrics = (await product.admin('/metrics')).text
  expect(metrics).toMatch(/^ai_requests_per_second\{/m)
  expect(metrics).toMatch(/akashic_ai_circuit_state\{[^}]*provider="openai"[^}]*\} 2/)
  const all = [...told, metrics, product.output(), (await akashic(home, 'audit')).stdout].join('\n')
  for (const secret of [upstreamKey, virtualKey]) expect(all).not.toContain(secret)
})
