import fc from 'fast-check'
import { formatDuration, formatInstant, formatRatio, formatResponseTime } from './figures.ts'

test('a percentage never flatters: only all of it is 100%', () => {
  expect([1, 0.999999, 0.9999, 0.99987, 0.5, 0].map(formatRatio)).toEqual([
    '100%',
    '99.99%',
    '99.99%',
    '99.98%',
    '50.00%',
    '0.00%',
  ])
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (ratio) => {
      expect(Number.parseFloat(formatRatio(ratio)) / 100).toBeLessThanOrEqual(ratio + 1e-9)
    }),
  )
})

test('a duration is told to the minute, or to the second below one', () => {
  const lengths = [500, 40_000, 59_999, 14 * 60_000, 3_599_999, 7_500_000, 86_400_000]
  expect(lengths.map(formatDuration)).toEqual(['1 s', '40 s', '1 min', '14 min', '1 h', '2 h 5 min', '24 h'])
})

test('an instant is told in UTC, without its day when that is today and with its year when that is another', () => {
  const nowMs = Date.parse('2026-11-23T14:30:00Z')
  expect(formatInstant(Date.parse('2026-11-23T00:05:00Z'), nowMs)).toBe('00:05 UTC')
  expect(formatInstant(Date.parse('2026-11-03T23:59:00Z'), nowMs)).toBe('3 Nov, 23:59 UTC')
  expect(formatInstant(Date.parse('2025-12-31T09:00:00Z'), nowMs)).toBe('31 Dec 2025, 09:00 UTC')
})

test('a response time has the unit that reads best', () => {
  expect([0.4, 112.4, 999.4, 1400].map(formatResponseTime)).toEqual(['<1 ms', '112 ms', '999 ms', '1.4 s'])
})
