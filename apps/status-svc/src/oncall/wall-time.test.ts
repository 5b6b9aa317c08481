import { dayOf, minuteOf, wallClock } from './wall-time.ts'

const at = (text: string) => ({ day: dayOf(text.slice(0, 10)), minute: minuteOf(text.slice(11)) })
const instant = (text: string, timeZone: string) => new Date(wallClock(timeZone).instantOf(at(text))).toISOString()

test.each([
  ['Europe/Berlin', '2026-01-15T09:00', '2026-01-15T08:00:00.000Z', 'in winter'],
  ['Europe/Berlin', '2026-07-15T09:00', '2026-07-15T07:00:00.000Z', 'in summer'],
  ['Europe/Berlin', '2026-03-29T01:59', '2026-03-29T00:59:00.000Z', 'before the skipped hour'],
  ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z', 'skipped, so 03:30'],
  ['Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00:00.000Z', 'after the skipped hour'],
  ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z', 'the first of two'],
  ['Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00:00.000Z', 'after the repeated hour'],
  ['Australia/Lord_Howe', '2026-10-04T02:10', '2026-10-03T15:40:00.000Z', 'skipped, so 02:40'],
  ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00.000Z', 'the first of two'],
  ['Pacific/Apia', '2011-12-30T09:00', '2011-12-30T19:00:00.000Z', 'of a skipped day, so that of the next'],
  ['Asia/Kolkata', '2026-03-29T00:10', '2026-03-28T18:40:00.000Z', 'of a zone that never changes its clock'],
  ['UTC', '1969-12-31T23:00', '1969-12-31T23:00:00.000Z', 'before 1970'],
])('in %s %s is %s: %s', (timeZone, wall, expected) => {
  expect(instant(wall, timeZone)).toBe(expected)
})

test.each([
  ['Europe/Berlin', '2026-03-29T00:59:59.999Z', '2026-03-29T01:59'],
  ['Europe/Berlin', '2026-03-29T01:00:00.000Z', '2026-03-29T03:00'],
  ['Europe/Berlin', '2026-10-25T00:30:00.000Z', '2026-10-25T02:30'],
  ['Europe/Berlin', '2026-10-25T01:30:00.000Z', '2026-10-25T02:30'],
  ['America/New_York', '2026-01-01T04:59:00.000Z', '2025-12-31T23:59'],
  ['America/New_York', '1969-12-31T04:00:00.000Z', '1969-12-30T23:00'],
])('the clock in %s shows at %s %s', (timeZone, instant, shown) => {
  expect(wallClock(timeZone).wallTimeOf(Date.parse(instant))).toEqual(at(shown))
})

test('a clock that was asked for one year tells another year right', () => {
  const clock = wallClock('Europe/Berlin')
  for (const year of [2026, 2030, 2015, 2026])
    expect(clock.instantOf(at(`${year}-07-01T09:00`))).toBe(Date.parse(`${year}-07-01T07:00:00Z`))
})

test('a clock that was first asked for the instant of a change tells the time before it right', () => {
  const clock = wallClock('Europe/Berlin')
  expect(clock.wallTimeOf(Date.parse('2026-03-29T01:00:00Z'))).toEqual(at('2026-03-29T03:00'))
  expect(clock.wallTimeOf(Date.parse('2026-03-29T00:59:00Z'))).toEqual(at('2026-03-29T01:59'))
  expect(clock.instantOf(at('2026-01-15T09:00'))).toBe(Date.parse('2026-01-15T08:00:00Z'))
})

test('a zone that does not exist has no clock', () => {
  expect(() => wallClock('Europe/Atlantis').instantOf(at('2026-01-01T00:00'))).toThrow(RangeError)
})
