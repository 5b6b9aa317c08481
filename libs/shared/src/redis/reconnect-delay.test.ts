import fc from 'fast-check'
import { reconnectDelayMs } from './index.ts'

test('a reconnect waits between 50 ms and 5 s, longer after each failure until it is at most 5 s', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 0.999_999, noNaN: true }), (attempt, random) => {
      const delay = reconnectDelayMs(attempt + 1, random)
      expect(delay).toBeGreaterThanOrEqual(50)
      expect(delay).toBeLessThanOrEqual(5_000)
      expect(reconnectDelayMs(attempt + 2, random)).toBeGreaterThanOrEqual(delay)
    }),
  )
})

test('replicas that lost Redis together come back at different moments', () => {
  expect(reconnectDelayMs(5, 0)).not.toBe(reconnectDelayMs(5, 0.5))
})
