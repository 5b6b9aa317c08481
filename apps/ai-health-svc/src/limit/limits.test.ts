import { FakeClock } from '@akashic/shared/clock'
import { asOf, createLimits } from './limits.ts'
import { createUse } from './own-use.ts'

const openai = { name: 'openai', kind: 'openai', limits: {} } as const
const nowMs = Date.parse('2026-11-26T10:00:00Z')

function aWatch() {
  const clock = new FakeClock(nowMs)
  const use = createUse({ clock })
  return { clock, use, limits: createLimits({ clock, use }) }
}

const headers = (limit: number, remaining: number, reset = '30s') => ({
  'x-ratelimit-limit-requests': String(limit),
  'x-ratelimit-remaining-requests': String(remaining),
  'x-ratelimit-reset-requests': reset,
})

test('the end of the limit of one model is foreseen, though another has room', () => {
  const { clock, limits } = aWatch()
  for (let second = 0; second < 30; second++) {
    limits.observe(openai, 'large', headers(500, 300 - 5 * second))
    limits.observe(openai, 'small', headers(10_000, 9_900 + (second % 3)))
    clock.advance(1_000)
  }
  const { requests } = limits.of(openai)
  expect(requests).toMatchObject({ limit: 500, used: 345 })
  expect(requests.exhaustedInMs).toBeGreaterThan(25_000)
  expect(requests.exhaustedInMs).toBeLessThan(35_000)
})

test('after the reset all is there again, and without answers nothing is foreseen', () => {
  const { clock, limits } = aWatch()
  for (let second = 0; second < 20; second++) {
    limits.observe(openai, 'large', headers(500, 480 - 20 * second, '12s'))
    clock.advance(1_000)
  }
  expect(limits.of(openai).requests.exhaustedInMs).not.toBeNull()
  clock.advance(12_000)
  expect(limits.of(openai).requests).toEqual({ used: 0, limit: 500, resetAtMs: null, exhaustedInMs: null })
  clock.advance(120_000)
  expect(limits.of(openai)).toMatchObject({ source: null, requests: { used: null } })
})

test('limits that a probe saw a while ago foresee nothing', () => {
  const use = { used: 400, limit: 500, resetAtMs: nowMs + 60_000, exhaustedInMs: 10_000 }
  const seen = { requests: use, tokens: use, source: 'headers', observedAtMs: nowMs } as const
  expect(asOf(seen, nowMs + 10_000).requests.exhaustedInMs).toBe(10_000)
  expect(asOf(seen, nowMs + 20_000).requests).toEqual({ ...use, exhaustedInMs: null })
})

const limited = {
  name: 'local',
  kind: 'self_hosted',
  limits: { requestsPerMinute: 60, tokensPerMinute: 1_000 },
} as const

test('of configured limits the use of all replicas counts, and their end is foreseen', () => {
  const { clock, use, limits } = aWatch()
  const other = createUse({ clock })
  for (let second = 0; second < 15; second++) {
    use.sent('local')
    other.sent('local')
    use.setOthers('local', other.own('local'))
    clock.advance(1_000)
  }
  const { requests } = limits.of(limited)
  expect(requests).toMatchObject({ used: 30, limit: 60 })
  expect(Math.abs(requests.exhaustedInMs! - 15_000)).toBeLessThanOrEqual(3_000)
  clock.advance(61_000)
  expect(limits.of(limited).requests).toMatchObject({ used: 0, exhaustedInMs: null })
})

test('what stays under its limit for ever has no end', () => {
  const { clock, use, limits } = aWatch()
  for (let second = 0; second < 30; second++) {
    if (second % 2 === 0) use.sent('local')
    clock.advance(1_000)
  }
  expect(limits.of(limited).requests).toMatchObject({ used: 15, exhaustedInMs: null })
})

test('tokens are unknown where an answer did not tell what it took', () => {
  const { use, limits } = aWatch()
  use.spent('local', 300)
  expect(limits.of(limited).tokens.used).toBe(300)
  use.spent('local', null)
  expect(limits.of(limited).tokens).toMatchObject({ used: null, limit: 1_000 })
})
