import fc from 'fast-check'
import { duration, parseDuration } from './index.ts'

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '5', 's', '-1s', '1.5s', '5 s', '1w'])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeNaN()
  expect(duration.safeParse(text).error?.issues[0]?.message).toBe('must be a duration such as 500ms, 30s, 5m or 1h30m')
})

test('a number is no duration: it has no unit', () => {
  expect(duration.safeParse(5).error?.issues[0]?.message).toBe('must be a duration such as 500ms, 30s, 5m or 1h30m')
})

test('parts add up', () => {
  fc.assert(
    fc.property(fc.nat(999), fc.nat(999), (hours, seconds) => {
      expect(parseDuration(`${hours}h${seconds}s`)).toBe(hours * 3_600_000 + seconds * 1_000)
    }),
  )
})
