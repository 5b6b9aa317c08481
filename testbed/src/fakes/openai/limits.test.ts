import { FakeClock } from '@akashic/shared/clock'
import type { ProviderKind } from './options.ts'
import { goDuration } from './rate-limit-headers.ts'
import { apiKey, clientOf, errorOf, hello, withFake } from './testing.ts'

const text = 'seven words to say and no more'
const tokensOfHello = 16

async function headersOf(kind: ProviderKind, limits: object): Promise<Record<string, string>> {
  let headers: Record<string, string> = {}
  await withFake({ kind, text, limits, clock: new FakeClock('2026-01-01T00:00:30.500Z') }, async (client) => {
    const { response } = await client.chat.completions.create(hello).withResponse()
    headers = Object.fromEntries([...response.headers].filter(([name]) => name.includes('ratelimit')))
  })
  return headers
}

test('OpenAI says how long until its buckets are full, as Go writes durations', async () => {
  expect(await headersOf('openai', { requestsPerMinute: 10, tokensPerMinute: 600 })).toEqual({
    'x-ratelimit-limit-requests': '10',
    'x-ratelimit-remaining-requests': '9',
    'x-ratelimit-reset-requests': '6s',
    'x-ratelimit-limit-tokens': '600',
    'x-ratelimit-remaining-tokens': String(600 - tokensOfHello),
    'x-ratelimit-reset-tokens': '1.6s',
  })
  expect([0, 12, 1_000, 360_000, 3_661_500].map(goDuration)).toEqual(['0s', '12ms', '1s', '6m0s', '1h1m1.5s'])
})

test('Azure says whole seconds until the minute is over, and -1 for a limit that it has not', async () => {
  expect(await headersOf('azure', { tokensPerMinute: 600 })).toEqual({
    'x-ratelimit-limit-requests': '-1',
    'x-ratelimit-remaining-requests': '-1',
    'x-ratelimit-reset-requests': '0',
    'x-ratelimit-limit-tokens': '600',
    'x-ratelimit-remaining-tokens': '584',
    'x-ratelimit-reset-tokens': '30',
  })
})

test('Anthropic says the instant, and counts input and output besides', async () => {
  const limits = { requestsPerMinute: 60, inputTokensPerMinute: 540, outputTokensPerMinute: 70 }
  expect(await headersOf('anthropic', limits)).toEqual({
    'anthropic-ratelimit-requests-limit': '60',
    'anthropic-ratelimit-requests-remaining': '59',
    'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:32Z',
    'anthropic-ratelimit-input-tokens-limit': '540',
    'anthropic-ratelimit-input-tokens-remaining': '531',
    'anthropic-ratelimit-input-tokens-reset': '2026-01-01T00:00:32Z',
    'anthropic-ratelimit-output-tokens-limit': '70',
    'anthropic-ratelimit-output-tokens-remaining': '63',
    'anthropic-ratelimit-output-tokens-reset': '2026-01-01T00:00:37Z',
  })
})

test('a self-hosted server says nothing of limits, and no server does of limits that it has not', async () => {
  expect(await headersOf('self_hosted', { requestsPerMinute: 10 })).toEqual({})
  expect(await headersOf('openai', {})).toEqual({})
})

test.each(['openai', 'azure', 'anthropic', 'self_hosted'] as const)(
  'an empty bucket of %s refuses, and one more request fits exactly when it said',
  async (kind) => {
    const clock = new FakeClock('2026-01-01T00:00:10.000Z')
    await withFake({ kind, clock, limits: { requestsPerMinute: 40 } }, async (client, fake) => {
      for (let i = 0; i < 40; i++) await client.models.list()
      const error = await errorOf(client.chat.completions.create(hello))
      expect(error.status).toBe(429)
      const ms = error.headers?.get('retry-after-ms')
      expect(ms !== null).toBe(kind === 'openai')
      const waitMs = kind === 'azure' ? 50_000 : 1_500
      expect(error.headers?.get('retry-after')).toBe(String(Math.ceil(waitMs / 1_000)))
      if (kind === 'openai') expect(ms).toBe('1500')

      clock.advance(waitMs - 1)
      expect((await errorOf(client.chat.completions.create(hello))).status).toBe(429)
      clock.advance(1)
      await client.chat.completions.create(hello)
      expect(fake.counts()).toMatchObject({ calls: 43, answered: 43, executed: 1 })
    })
  },
)

test('a lack of tokens is told from a lack of requests, and takes nothing from the other bucket', async () => {
  const limits = { requestsPerMinute: 10, tokensPerMinute: 20 }
  await withFake({ text, limits, clock: new FakeClock() }, async (client) => {
    await client.chat.completions.create(hello)
    const error = await errorOf(client.chat.completions.create(hello))
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'tokens' })
    expect(error.headers?.get('retry-after-ms')).toBe('36000')
    expect(error.headers?.get('x-ratelimit-remaining-requests')).toBe('9')
  })
})

test('a request that is larger than the limit is refused without a time to wait for', async () => {
  await withFake({ text, limits: { tokensPerMinute: 10 } }, async (client) => {
    const error = await errorOf(client.chat.completions.create(hello))
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
    expect(error.headers?.get('retry-after')).toBeNull()
  })
})

test('each kind takes the key in its own headers, and none takes a wrong one', async () => {
  const ask = async (kind: ProviderKind, headers: Record<string, string>, path?: string): Promise<number> => {
    let status = 0
    await withFake({ kind }, async (_, fake) => {
      status = (await fetch(path ? `${fake.url}${path}` : `${fake.baseUrl}/models`, { headers })).status
      expect(JSON.stringify(fake.calls())).not.toContain(headers.authorization ?? 'no key')
    })
    return status
  }
  const versioned = '/openai/models?api-version=2024-10-21'
  expect(await ask('azure', { 'api-key': apiKey })).toBe(200)
  expect(await ask('azure', { 'api-key': apiKey }, versioned)).toBe(200)
  expect(await ask('azure', { authorization: `Bearer ${apiKey}` })).toBe(200)
  expect(await ask('azure', { authorization: `Bearer ${apiKey}` }, versioned)).toBe(401)
  expect(await ask('anthropic', { 'x-api-key': apiKey })).toBe(200)
  expect(await ask('openai', { 'api-key': apiKey })).toBe(401)
  expect(await ask('openai', { authorization: `Bearer ${apiKey}` })).toBe(200)
  expect(await ask('self_hosted', { authorization: 'Bearer wrong' })).toBe(401)
  await withFake({ kind: 'self_hosted', apiKey: '' }, async (_, fake) => {
    expect((await fetch(`${fake.url}/v1/models`)).status).toBe(200)
  })
  await withFake({ kind: 'anthropic' }, async (_, fake) => {
    expect(await errorOf(clientOf(fake, 'wrong').models.list())).toMatchObject({ type: 'authentication_error' })
    expect(fake.calls()[0]).toMatchObject({ authorization: 'wrong', status: 401 })
  })
})
