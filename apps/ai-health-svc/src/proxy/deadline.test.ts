import { timeoutOf } from './deadline.ts'

test.each([
  [{ 'x-akashic-timeout-ms': '1000', 'x-stainless-timeout': '60' }, 980],
  [{ 'x-stainless-timeout': '10' }, 9_800],
  [{ 'x-stainless-read-timeout': '10.0' }, 9_800],
  [{ 'x-stainless-read-timeout': 'None' }, 120_000],
  [{}, 120_000],
])('a caller that tells %j is answered within %i ms', (headers, ms) => {
  expect(timeoutOf(headers, 120_000)).toBe(ms)
})
