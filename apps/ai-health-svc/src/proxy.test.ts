import { setTimeout as pause } from 'node:timers/promises'
import OpenAI, { APIError, AuthenticationError, NotFoundError, RateLimitError } from 'openai'
import { eventually, testDatabase, type FakeOpenAi, type TestDatabase } from '@akashic/testbed'
import {
  aProvider,
  as,
  chatsOf,
  startAiHealth,
  startPair,
  testKey,
  upstreamKey,
  type AiHealthService,
  type AiInput,
} from './service-harness.ts'

let database: TestDatabase
let pair: Awaited<ReturnType<typeof startPair>>
let first: FakeOpenAi
let backup: FakeOpenAi
let service: AiHealthService | null = null

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  pair = await startPair(database, { text: 'One two three four five six.', tokenDelayMs: 10 })
  ;({ first, backup } = pair)
})
afterEach(async () => {
  await service?.close()
  service = null
  await pair.stop()
})

const models = ['gpt-4o', { id: 'embed-3', endpoints: ['embeddings' as const] }]

async function start({ cooldown = '300ms', ...more }: Partial<AiInput> & { readonly cooldown?: string } = {}) {
  const providers = [
    aProvider('first', first, { priority: 1, models, breaker: { failures: 3, cooldown } }),
    aProvider('backup', backup, { models }),
  ]
  service = await startAiHealth({ providers, ...more }, { database })
  return { service, sdk: sdkWith(testKey, service) }
}

const sdkWith = (apiKey: string, { proxyUrl }: AiHealthService) =>
  new OpenAI({ apiKey, baseURL: proxyUrl(), maxRetries: 0 })
const chat = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Count.' }] }

async function read(sdk: OpenAI): Promise<{ text: string; error: unknown; provider: string | null }> {
  const { data, response } = await sdk.chat.completions.create({ ...chat, stream: true }).withResponse()
  let text = ''
  try {
    for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? ''
    return { text, error: null, provider: response.headers.get('x-akashic-provider') }
  } catch (error) {
    return { text, error, provider: response.headers.get('x-akashic-provider') }
  }
}

test('a stream comes through whole, embeddings and models too', async () => {
  const { sdk } = await start()
  expect(await read(sdk)).toEqual({ text: 'One two three four five six.', error: null, provider: 'first' })
  const { data } = await sdk.embeddings.create({ model: 'embed-3', input: 'a' })
  expect(data[0]!.embedding.length).toBeGreaterThan(10)
  expect((await sdk.models.list()).data.map(({ id }) => id)).toEqual(['gpt-4o', 'embed-3'])
  expect((await sdk.models.retrieve('embed-3')).owned_by).toBe('first')
})

test.each(['empty_stream', 'cut_stream', 'huge_stream_line'] as const)(
  'a stream that fails before its first token (%s) is asked elsewhere, and its caller sees nothing of it',
  async (name) => {
    const { sdk } = await start()
    first.script(name === 'cut_stream' ? { name, afterTokens: 0 } : name, { path: 'chat' })
    expect(await read(sdk)).toEqual({ text: 'From the backup.', error: null, provider: 'backup' })
    expect([chatsOf(first).length, chatsOf(backup).length]).toEqual([2, 1])
  },
)

test.each(['cut_stream', 'ends_without_done', 'stalled_stream', 'error_in_stream', 'broken_sse'] as const)(
  'a stream that breaks off after tokens (%s) is not asked again: the SDK throws',
  async (name) => {
    const { sdk } = await start()
    first.script({ name }, { path: 'chat' })
    const { text, error } = await read(sdk)
    expect('One two three four five six.'.startsWith(text)).toBe(true)
    expect(error).toBeInstanceOf(APIError)
    expect([chatsOf(first).length, chatsOf(backup).length]).toEqual([1, 0])
  },
)

test('when the caller leaves, the provider is let go, before the first token and after', async () => {
  const { sdk } = await start()
  first.script('hang', { path: 'chat', times: 1 })
  const leaving = new AbortController()
  const asked = sdk.chat.completions.create(chat, { signal: leaving.signal }).catch((error: unknown) => error)
  await eventually(() => expect(chatsOf(first)).toHaveLength(1))
  leaving.abort()
  await asked
  await eventually(() => expect(chatsOf(first)[0]).toMatchObject({ ended: 'client_left' }))
  first.script({ name: 'stalled_stream', afterTokens: 2 }, { path: 'chat', times: 1 })
  const stream = await sdk.chat.completions.create({ ...chat, stream: true })
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
  await eventually(() => expect(chatsOf(first)[1]).toMatchObject({ ended: 'client_left' }))
  expect(chatsOf(backup)).toHaveLength(0)
})

test('a provider that hangs costs no more than the time of the caller', async () => {
  const { sdk } = await start()
  first.script('hang', { path: 'chat' })
  const startedMs = performance.now()
  const refused = await sdk.chat.completions.create(chat, { headers: { 'x-akashic-timeout-ms': '700' } }).catch(String)
  expect(refused).toContain('504')
  expect(performance.now() - startedMs).toBeLessThan(3 * 700)
})

test('the circuit of a model opens, one request tries it after the cooldown, and it closes', async () => {
  const { sdk, service } = await start({ cooldown: '2s' })
  first.script({ name: 'status', status: 500 }, { path: 'chat' })
  for (let i = 0; i < 4; i++) await sdk.chat.completions.create(chat)
  const whileOpen = chatsOf(first).length
  expect(whileOpen).toBe(3)
  await pause(2_100)
  await Promise.all(Array.from({ length: 8 }, () => sdk.chat.completions.create(chat)))
  expect(chatsOf(first)).toHaveLength(whileOpen + 1)
  first.clearScript()
  await eventually(async () => {
    const { response } = await sdk.chat.completions.create(chat).withResponse()
    expect(response.headers.get('x-akashic-provider')).toBe('first')
  }, 15_000)
  await eventually(async () => {
    const told = (await service.events()).filter(({ type }) => /circuit_changed|failover/.test(type))
    const states = told.map(({ data }) => data['status'])
    expect(states[0]).toBe('open')
    expect(states).toEqual(expect.arrayContaining(['switched', 'half_open', 'closed', 'returned']))
  })
}, 30_000)

test('when every provider cools down the caller is told when to come again', async () => {
  const { sdk } = await start()
  for (const fake of [first, backup]) fake.script({ name: 'rate_limit', retryAfter: { seconds: 40 } }, { path: 'chat' })
  for (let i = 0; i < 2; i++) {
    const refused = (await sdk.chat.completions.create(chat).catch((error: unknown) => error)) as RateLimitError
    expect(refused).toBeInstanceOf(RateLimitError)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30)
  }
  expect([chatsOf(first).length, chatsOf(backup).length]).toEqual([1, 1])
})

test('a key sees no other providers than it may, and an unknown one sees nothing', async () => {
  const keys = [{ name: 'narrow', secret: 'vk-narrow-0123456789', allowedProviders: ['backup'] }]
  const { service } = await start({ keys })
  const narrow = sdkWith('vk-narrow-0123456789', service)
  expect((await narrow.chat.completions.create(chat)).choices[0]!.message.content).toBe('From the backup.')
  await expect(sdkWith('vk-unknown-0123456789', service).models.list()).rejects.toBeInstanceOf(AuthenticationError)
  await expect(narrow.chat.completions.create({ ...chat, model: 'gpt-9' })).rejects.toBeInstanceOf(NotFoundError)
  expect(chatsOf(first)).toHaveLength(0)
})

test('what cannot be read is refused in the shape that SDKs know', async () => {
  const { service } = await start({ proxy: { maxBodyBytes: 2_048 } })
  const send = async (body: string) => {
    const headers = { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' }
    const response = await fetch(`${service.proxyUrl()}/chat/completions`, { method: 'POST', headers, body })
    return { status: response.status, ...((await response.json()) as object) }
  }
  for (const body of ['', '{', '[]', '"x"', '{}', '{"model":1}', '{"model":"gpt-4o"}']) {
    expect(await send(body)).toMatchObject({ status: 400, error: { type: 'invalid_request_error' } })
  }
  expect(await send(JSON.stringify({ model: 'x'.repeat(3_000) }))).toMatchObject({ status: 413 })
})

test('the report names what is wrong with each provider, and no key is in it', async () => {
  const { sdk, service } = await start()
  first.script('insufficient_quota', { path: 'chat' })
  await sdk.chat.completions.create(chat)
  await service.client.getHealth({ refresh: true }, as())
  await eventually(async () => {
    const health = await service.client.getHealth({ refresh: false }, as('viewer'))
    expect(health).toMatchObject({ overall: 'HEALTH_DEGRADED' })
    const named = health.providers.map(({ name, overall, apiConnectivity }) => [
      name,
      overall,
      apiConnectivity!.problem?.class,
    ])
    expect(named).toEqual([
      ['first', 'HEALTH_FAILED', 'FAILURE_CLASS_QUOTA_EXHAUSTED'],
      ['backup', 'HEALTH_HEALTHY', undefined],
    ])
    expect(health.recommendations.join()).toMatch(/first: .*billing/)
    expect(JSON.stringify(health)).not.toContain(upstreamKey)
  })
})

test('a provider that says which key it refuses tells it to nobody: no caller, event, log, metric or report', async () => {
  const lines: string[] = []
  const only = { providers: [aProvider('first', first, { breaker: { failures: 3, cooldown: '300ms' } })] }
  service = await startAiHealth(only, { database, onLog: (line) => lines.push(line) })
  for (const path of ['chat', 'models']) first.script('invalid_key', { path })
  const response = await fetch(`${service.proxyUrl()}/chat/completions`, {
    ...{ method: 'POST', headers: { authorization: `Bearer ${testKey}` }, body: JSON.stringify(chat) },
  })
  expect(response.status).toBe(503)
  await service.client.getHealth({ refresh: true }, as())
  await eventually(async () => {
    expect((await service!.events()).map(({ type }) => type).join()).toMatch(
      /circuit_changed.*health_changed|health_changed.*circuit_changed/,
    )
  })
  const health = await service.client.getHealth({ refresh: false }, as())
  const told = [await response.text(), await service.events(), lines, await service.metrics.metrics(), health]
  expect(JSON.stringify(told)).toContain('bad_credentials')
  expect(JSON.stringify(told)).not.toContain(upstreamKey)
})
