import type { Rotation, RotationHours, Schedule } from '@akashic/config'
import fc from 'fast-check'
import { onCallAt, shiftsBetween, type Override, type Shift } from './shifts.ts'

const hour = 3_600_000
const day = 24 * hour
const ms = (text: string) => Date.parse(text)

const aRotation = (rotation: Partial<Rotation> = {}): Rotation => ({
  people: ['ada', 'bob'],
  days: 7,
  starting: '2026-01-05',
  handOverAt: '09:00',
  hours: [],
  ...rotation,
})
const weekdays: RotationHours['days'] = ['mon', 'tue', 'wed', 'thu', 'fri']
const aSchedule = (...rotations: Partial<Rotation>[]): Schedule => ({
  name: 'primary',
  timeZone: 'Europe/Berlin',
  rotations: rotations.map(aRotation),
})
const anOverride = (personId: string, start: string, end: string, num = 1): Override => ({
  personId,
  startMs: ms(start),
  endMs: ms(end),
  num,
})

/** Who begins when, in UTC. */
const told = (shifts: readonly Shift[]) =>
  shifts.map(({ startMs, personId }) => [new Date(startMs).toISOString().slice(0, 16), personId])
const between = (schedule: Schedule, from: string, to: string, overrides: readonly Override[] = []) =>
  told(shiftsBetween(schedule, overrides, ms(from), ms(to)))

test('a weekly turn hands over at nine by the clock on the wall, in winter and in summer', () => {
  expect(between(aSchedule({}), '2026-03-20T00:00Z', '2026-04-08T00:00Z')).toEqual([
    ['2026-03-20T00:00', 'ada'],
    ['2026-03-23T08:00', 'bob'],
    ['2026-03-30T07:00', 'ada'],
    ['2026-04-06T07:00', 'bob'],
  ])
  expect(between(aSchedule({}), '2026-10-16T00:00Z', '2026-10-28T00:00Z')).toEqual([
    ['2026-10-16T00:00', 'ada'],
    ['2026-10-19T07:00', 'bob'],
    ['2026-10-26T08:00', 'ada'],
  ])
})

test('a hand-over at 02:30 is at 03:30 when the clock skips it, and at the first 02:30 when it comes twice', () => {
  const daily = aSchedule({ days: 1, handOverAt: '02:30' })
  expect(between(daily, '2026-03-28T12:00Z', '2026-03-30T12:00Z').slice(1)).toEqual([
    ['2026-03-29T01:30', 'bob'],
    ['2026-03-30T00:30', 'ada'],
  ])
  expect(between(daily, '2026-10-24T12:00Z', '2026-10-26T12:00Z').slice(1)).toEqual([
    ['2026-10-25T00:30', 'bob'],
    ['2026-10-26T01:30', 'ada'],
  ])
})

test('before the first turn there is nobody', () => {
  expect(shiftsBetween(aSchedule({}), [], ms('2026-01-01T00:00Z'), ms('2026-01-06T00:00Z'))).toEqual([
    { startMs: ms('2026-01-01T00:00Z'), endMs: ms('2026-01-05T08:00Z'), personId: null, because: 'gap' },
    { startMs: ms('2026-01-05T08:00Z'), endMs: ms('2026-01-06T00:00Z'), personId: 'ada', because: 'rotation' },
  ])
})

test('hours that end before they begin last over midnight, and only the day on which they begin counts', () => {
  const nights = aSchedule({ people: ['ada'], hours: [{ days: ['fri'], from: '22:00', to: '06:00' }] })
  expect(between(nights, '2026-02-06T00:00Z', '2026-02-09T00:00Z')).toEqual([
    ['2026-02-06T00:00', null],
    ['2026-02-06T21:00', 'ada'],
    ['2026-02-07T05:00', null],
  ])
  expect(between(nights, '2026-02-07T01:00Z', '2026-02-07T06:00Z')).toEqual([
    ['2026-02-07T01:00', 'ada'],
    ['2026-02-07T05:00', null],
  ])
})

test('hours that end when they begin last a day', () => {
  const fridays = aSchedule({ people: ['ada'], hours: [{ days: ['fri'], from: '09:00', to: '09:00' }] })
  expect(between(fridays, '2026-02-06T00:00Z', '2026-02-09T00:00Z').slice(1)).toEqual([
    ['2026-02-06T08:00', 'ada'],
    ['2026-02-07T08:00', null],
  ])
})

test('a hand-over within the hours changes the person', () => {
  const nights = aSchedule({ days: 1, handOverAt: '00:00', hours: [{ days: ['mon'], from: '22:00', to: '02:00' }] })
  expect(between(nights, '2026-01-12T12:00Z', '2026-01-13T12:00Z')).toEqual([
    ['2026-01-12T12:00', null],
    ['2026-01-12T21:00', 'bob'],
    ['2026-01-12T23:00', 'ada'],
    ['2026-01-13T01:00', null],
  ])
})

test('hours that overlap, touch or lie in others are one shift', () => {
  const days: RotationHours['days'] = ['mon']
  const long = aSchedule({
    people: ['ada'],
    hours: [
      { days, from: '15:00', to: '18:00' },
      { days, from: '09:00', to: '12:00' },
      { days, from: '11:00', to: '15:00' },
      { days, from: '11:30', to: '12:30' },
    ],
  })
  expect(between(long, '2026-01-12T00:00Z', '2026-01-13T00:00Z').slice(1)).toEqual([
    ['2026-01-12T08:00', 'ada'],
    ['2026-01-12T17:00', null],
  ])
})

test('hours whose beginning is skipped to after their end are none in that night', () => {
  const short = aSchedule({
    people: ['ada'],
    hours: [{ days: ['sat', 'sun'], from: '02:30', to: '03:00' }],
  })
  expect(between(short, '2026-03-28T00:00Z', '2026-03-30T00:00Z').slice(1)).toEqual([
    ['2026-03-28T01:30', 'ada'],
    ['2026-03-28T02:00', null],
  ])
})

test('what began before a day that the clock skipped goes on after it', () => {
  const samoa = (rotation: Partial<Rotation>) => ({ ...aSchedule(rotation), timeZone: 'Pacific/Apia' })
  const daily = samoa({ people: ['ada', 'bob', 'cyd'], days: 1, starting: '2011-12-29' })
  // The hand-over of the skipped 30th is at nine on the 31st, where cyd takes over from bob at once.
  expect(between(daily, '2011-12-30T10:30Z', '2011-12-31T12:00Z')).toEqual([
    ['2011-12-30T10:30', 'ada'],
    ['2011-12-30T19:00', 'cyd'],
  ])
  const nights = samoa({
    people: ['ada'],
    starting: '2011-12-01',
    hours: [{ days: ['thu'], from: '22:00', to: '06:00' }],
  })
  expect(between(nights, '2011-12-30T10:30Z', '2011-12-31T12:00Z')).toEqual([
    ['2011-12-30T10:30', 'ada'],
    ['2011-12-30T16:00', null],
  ])
})

test('hours that begin at a midnight from which the clock goes back are found in the day before, too', () => {
  const sundays = {
    ...aSchedule({ people: ['ada'], starting: '2010-01-01', hours: [{ days: ['sun'], from: '00:00', to: '12:00' }] }),
    timeZone: 'America/St_Johns',
  }
  // At 00:01 on 2010-11-07 the clock went back to 23:01.
  expect(between(sundays, '2010-11-07T02:00Z', '2010-11-07T03:00Z')).toEqual([
    ['2010-11-07T02:00', null],
    ['2010-11-07T02:30', 'ada'],
  ])
})

test('a later rotation covers the earlier one while it has somebody', () => {
  const schedule = aSchedule(
    { people: ['ada'] },
    { people: ['bob'], starting: '2026-02-01', hours: [{ days: weekdays, from: '09:00', to: '17:00' }] },
  )
  expect(between(schedule, '2026-01-29T00:00Z', '2026-01-30T00:00Z')).toEqual([['2026-01-29T00:00', 'ada']])
  expect(between(schedule, '2026-02-06T00:00Z', '2026-02-08T00:00Z')).toEqual([
    ['2026-02-06T00:00', 'ada'],
    ['2026-02-06T08:00', 'bob'],
    ['2026-02-06T16:00', 'ada'],
  ])
})

test('an override counts before all rotations, a later one before an earlier one, and both end', () => {
  const overrides = [
    anOverride('dan', '2026-01-13T14:00Z', '2026-01-13T16:00Z', 2),
    anOverride('cyd', '2026-01-13T12:00Z', '2026-01-13T20:00Z', 1),
  ]
  expect(shiftsBetween(aSchedule({}), overrides, ms('2026-01-13T00:00Z'), ms('2026-01-14T00:00Z'))).toMatchObject([
    { personId: 'bob', because: 'rotation' },
    { startMs: ms('2026-01-13T12:00Z'), personId: 'cyd', because: 'override' },
    { startMs: ms('2026-01-13T14:00Z'), personId: 'dan', because: 'override' },
    { startMs: ms('2026-01-13T16:00Z'), personId: 'cyd', because: 'override' },
    { startMs: ms('2026-01-13T20:00Z'), personId: 'bob', because: 'rotation' },
  ])
})

test('an override fills a gap, and one that ends before it begins changes nothing', () => {
  const office = aSchedule({ people: ['ada'], hours: [{ days: weekdays, from: '09:00', to: '17:00' }] })
  const overrides = [
    anOverride('cyd', '2026-01-13T16:00Z', '2026-01-13T18:00Z', 1),
    anOverride('dan', '2026-01-13T12:00Z', '2026-01-13T10:00Z', 2),
  ]
  expect(between(office, '2026-01-13T00:00Z', '2026-01-14T00:00Z', overrides)).toEqual([
    ['2026-01-13T00:00', null],
    ['2026-01-13T08:00', 'ada'],
    ['2026-01-13T16:00', 'cyd'],
    ['2026-01-13T18:00', null],
  ])
})

test('the shift of an instant has its whole length, and begins with its first millisecond', () => {
  const shift = { startMs: ms('2026-01-12T08:00Z'), endMs: ms('2026-01-19T08:00Z'), personId: 'bob' }
  expect(onCallAt(aSchedule({}), [], ms('2026-01-14T10:00Z'))).toMatchObject(shift)
  expect(onCallAt(aSchedule({}), [], shift.startMs)).toMatchObject(shift)
  expect(onCallAt(aSchedule({}), [], shift.startMs - 1)).toMatchObject({ endMs: shift.startMs, personId: 'ada' })
})

test('a shift that has no end in sight is cut off 35 days before and after the instant', () => {
  const atMs = ms('2026-05-01T00:00Z')
  expect(onCallAt(aSchedule({ people: ['ada'] }), [], atMs)).toEqual({
    startMs: atMs - 35 * day,
    endMs: atMs + 35 * day,
    personId: 'ada',
    because: 'rotation',
  })
})

const times = fc.constantFrom('00:00', '02:30', '03:00', '09:00', '17:30', '23:59')
const anyRotation = fc.record({
  people: fc.array(fc.constantFrom('ada', 'bob', 'cyd'), { minLength: 1, maxLength: 3 }),
  days: fc.integer({ min: 1, max: 9 }),
  starting: fc.constantFrom('2020-02-29', '2026-03-20', '2026-04-01'),
  handOverAt: times,
  hours: fc.array(
    fc.record({
      days: fc.subarray<RotationHours['days'][number]>([...weekdays, 'sun'], { minLength: 1 }),
      from: times,
      to: times,
    }),
    { maxLength: 2 },
  ),
})
const begins = ms('2026-03-15T00:00Z')
const anyOverride = fc
  .record({ personId: fc.constantFrom('ada', 'dan'), start: fc.nat(30 * day), lasts: fc.nat(3 * day), num: fc.nat() })
  .map(({ personId, start, lasts, num }) => ({ personId, startMs: begins + start, endMs: begins + start + lasts, num }))

test('shifts follow one another without hole or overlap, and any part of them is what is told of that part', () => {
  fc.assert(
    fc.property(
      fc.array(anyRotation, { minLength: 1, maxLength: 3 }),
      fc.uniqueArray(anyOverride, { selector: ({ num }) => num, maxLength: 4 }),
      fc.tuple(fc.nat(30 * day), fc.nat(30 * day)),
      (rotations, overrides, [a, b]) => {
        const schedule = aSchedule(...rotations)
        const shifts = shiftsBetween(schedule, overrides, begins, begins + 30 * day)
        expect(shifts[0]!.startMs).toBe(begins)
        expect(shifts.at(-1)!.endMs).toBe(begins + 30 * day)
        for (const [i, next] of shifts.entries()) {
          expect(next.startMs).toBeLessThan(next.endMs)
          if (i > 0) expect(next.startMs).toBe(shifts[i - 1]!.endMs)
          if (i > 0)
            expect(next).not.toMatchObject({ personId: shifts[i - 1]!.personId, because: shifts[i - 1]!.because })
          expect(next.personId === null).toBe(next.because === 'gap')
        }
        const [fromMs, toMs] = [begins + Math.min(a, b), begins + Math.max(a, b)]
        const part = shifts
          .map((shift) => ({ ...shift, startMs: Math.max(shift.startMs, fromMs), endMs: Math.min(shift.endMs, toMs) }))
          .filter(({ startMs, endMs }) => startMs < endMs)
        expect(shiftsBetween(schedule, overrides, fromMs, toMs)).toEqual(part)
      },
    ),
  )
})
