import fc from 'fast-check'
import { instantInWords, inWords, ratioInWords, responseTimeInWords } from './words.ts'

test.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [3_900_000, '1 h 5 min'],
  [11 * 3_600_000 + 60_000, '11 h'],
  [50 * 3_600_000, '2 days'],
  [-5, '0 s'],
])('%d ms is %s', (ms, words) => {
  expect(inWords(ms)).toBe(words)
})

test.each([
  [1, '100 %'],
  [0.99999, '99.999 %'],
  [0.9999999, '99.999 %'],
  [0.98765, '98.76 %'],
  [0, '0.00 %'],
  [null, 'unknown'],
])('the ratio %p is %s', (ratio, words) => {
  expect(ratioInWords(ratio)).toBe(words)
})

test('whatever was down once never reads as 100 %', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (ratio) => !ratioInWords(ratio).startsWith('100'),
    ),
  )
})

test.each([
  [0.2, '<1 ms'],
  [2.345, '2.3 ms'],
  [123.4, '123 ms'],
  [12_340, '12.3 s'],
])('a response after %d ms took %s', (ms, words) => {
  expect(responseTimeInWords(ms)).toBe(words)
})

test('an instant of another day names the day', () => {
  const now = Date.parse('2026-11-23T14:00:00Z')
  expect(instantInWords(now - 3_600_000, now)).toBe('13:00 UTC')
  expect(instantInWords(now - 86_400_000, now)).toBe('2026-11-22 14:00 UTC')
})
