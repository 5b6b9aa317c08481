import fc from 'fast-check'
import { backoffMs, longestBackoffMs } from './backoff.ts'
import { retryAfterOf } from './retry-after.ts'

const nowMs = Date.parse('2026-11-26T10:00:00Z')

test('the longest backoff doubles from a second to a minute', () => {
  expect([0, 1, 2, 5, 6, 40].map(longestBackoffMs)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000])
})

test('a backoff is never shorter than Retry-After, and its jitter is full', () => {
  const random = fc.double({ min: 0, max: 0.999, noNaN: true })
  fc.assert(
    fc.property(fc.nat(12), random, fc.option(fc.nat(90_000)), (retryCount, chance, retryAfterMs) => {
      const ms = backoffMs(retryCount, { class: 'rate_limit_exceeded', retryAfterMs }, chance)
      expect(ms).toBeGreaterThanOrEqual(retryAfterMs ?? 0)
      expect(ms).toBeLessThanOrEqual((retryAfterMs ?? 0) + longestBackoffMs(retryCount))
    }),
  )
  expect(backoffMs(3, { class: 'rate_limit_exceeded', retryAfterMs: null }, 0)).toBe(0)
  expect(backoffMs(3, { class: 'overloaded', retryAfterMs: null }, 0.5)).toBe(8_000)
})

test.each([
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': 'Thu, 26 Nov 2026 10:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Thu, 26 Nov 2026 09:00:00 GMT' }, 0],
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{ 'retry-after': 'soon' }, null],
  [{ 'retry-after': '-3' }, null],
  [{ 'retry-after': '99999999' }, 86_400_000],
  [{}, null],
])('%j demands %p ms', (headers, ms) => expect(retryAfterOf(headers, nowMs)).toBe(ms))
