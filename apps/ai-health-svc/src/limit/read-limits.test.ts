import { goDuration, readLimits } from './read-limits.ts'

const nowMs = Date.parse('2026-11-26T10:00:00Z')

test.each([
  ['12ms', 12],
  ['1s', 1_000],
  ['6m0s', 360_000],
  ['1h2m3.5s', 3_723_500],
  ['', null],
  ['7', null],
  ['-1s', null],
  ['1s ', null],
])('the duration %j is %p ms', (text, ms) => expect(goDuration(text)).toBe(ms))

test('OpenAI tells durations until the bucket is full', () => {
  const headers = {
    'x-ratelimit-limit-requests': '500',
    'x-ratelimit-remaining-requests': '499',
    'x-ratelimit-reset-requests': '120ms',
    'x-ratelimit-limit-tokens': '30000',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-tokens': '6m0s',
  }
  expect(readLimits('openai', headers, nowMs)).toEqual({
    requests: { limit: 500, remaining: 499, resetAtMs: nowMs + 120 },
    tokens: { limit: 30_000, remaining: 0, resetAtMs: nowMs + 360_000 },
  })
})

test.each(['-1', '0'])('of a reset of %s from Azure nothing is known', (reset) => {
  const headers = { 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '3' }
  expect(readLimits('azure', { ...headers, 'x-ratelimit-reset-requests': reset }, nowMs)!.requests).toEqual({
    ...{ limit: 60, remaining: 3, resetAtMs: null },
  })
  expect(readLimits('azure', { ...headers, 'x-ratelimit-reset-requests': '42' }, nowMs)!.requests.resetAtMs).toBe(
    nowMs + 42_000,
  )
})

test('Anthropic tells instants, and of its three limits of tokens the tightest counts', () => {
  const headers = {
    'anthropic-ratelimit-requests-limit': '50',
    'anthropic-ratelimit-requests-remaining': '49',
    'anthropic-ratelimit-requests-reset': '2026-11-26T10:00:01Z',
    'anthropic-ratelimit-input-tokens-limit': '1000',
    'anthropic-ratelimit-input-tokens-remaining': '900',
    'anthropic-ratelimit-output-tokens-limit': '1000',
    'anthropic-ratelimit-output-tokens-remaining': '100',
  }
  const limits = readLimits('anthropic', headers, nowMs)!
  expect(limits.requests.resetAtMs).toBe(nowMs + 1_000)
  expect(limits.tokens).toEqual({ limit: 1_000, remaining: 100, resetAtMs: null })
})

test('without headers nothing is known, which is not 0', () => {
  expect(readLimits('self_hosted', {}, nowMs)).toBeNull()
  expect(readLimits('openai', { 'x-ratelimit-limit-requests': 'many' }, nowMs)).toBeNull()
  expect(readLimits('openai', { 'x-ratelimit-limit-requests': '5' }, nowMs)!.tokens).toEqual({
    ...{ limit: null, remaining: null, resetAtMs: null },
  })
})
