import { parseCount, parseInstant } from './parse-option.ts'

test.each([
  ['2026-11-23T14:02:00Z', '2026-11-23T14:02:00.000Z'],
  ['2026-11-23T14:02', '2026-11-23T14:02:00.000Z'],
  ['2026-11-23 14:02', '2026-11-23T14:02:00.000Z'],
  ['2026-11-23', '2026-11-23T00:00:00.000Z'],
  ['2026-11-23T14:02+02:00', '2026-11-23T12:02:00.000Z'],
])('%s is %s: without a zone it is UTC', (text, instant) => {
  expect(parseInstant(text)).toBe(instant)
})

test.each(['yesterday', '14:02', '2026-13-01', '', '23.11.2026'])('"%s" is no instant', (text) => {
  expect(() => parseInstant(text)).toThrow('must be an instant')
})

test.each(['0', '201', '1.5', 'x', '-1'])('"%s" is no count up to 200', (text) => {
  expect(() => parseCount(200)(text)).toThrow('whole number from 1 to 200')
})
