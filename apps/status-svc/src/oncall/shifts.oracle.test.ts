import type { Rotation, RotationHours, Schedule } from '@akashic/config'
import fc from 'fast-check'
import { wallTable, watchOver, type Found, type WallTable } from './oracle-harness.ts'
import { onCallAt, shiftsBetween, type Override, type Shift } from './shifts.ts'

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
const weekdays: RotationHours['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
/** The oracle does not know of windows that are open when it begins. */
const leadMs = 3 * dayMs

/** Zones, the first of the two years, and the minutes of the day around which their clocks are changed. */
const zones = [
  { zone: 'Europe/Berlin', years: [2010, 2036], restless: [100, 200], because: 'an hour skipped and repeated' },
  { zone: 'America/New_York', years: [2010, 2036], restless: [40, 200], because: 'an hour repeated from 01:00' },
  { zone: 'Australia/Lord_Howe', years: [2010, 2036], restless: [80, 170], because: 'half an hour' },
  { zone: 'America/Sao_Paulo', years: [2010, 2016], restless: [-70, 70], because: 'midnight skipped' },
  { zone: 'America/St_Johns', years: [2009, 2010], restless: [-70, 70], because: 'back over midnight' },
  { zone: 'Pacific/Apia', years: [2010, 2011], restless: [-90, 250], because: 'a day skipped' },
] as const

const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const person = fc.constantFrom('ada', 'bob', 'cyd', 'dan', 'eve')

/** Times of day, most of them when the clock may be changed. */
const timeAround = ([min, max]: readonly [number, number]) =>
  fc
    .oneof({ weight: 3, arbitrary: fc.integer({ min, max }) }, { weight: 1, arbitrary: fc.nat(1_439) })
    .map((minute) => time((minute + 1_440) % 1_440))

const rotationAround = (startMs: number, timeOfDay: fc.Arbitrary<string>): fc.Arbitrary<Rotation> =>
  fc.record({
    people: fc.array(person, { minLength: 1, maxLength: 4 }),
    days: fc.oneof(fc.constantFrom(1, 1, 7, 365), fc.integer({ min: 1, max: 40 })),
    starting: fc
      .integer({ min: -800, max: 600 })
      .map((days) => new Date(startMs + days * dayMs).toISOString().slice(0, 10)),
    handOverAt: timeOfDay,
    hours: fc.array(fc.record({ days: fc.subarray(weekdays, { minLength: 1 }), from: timeOfDay, to: timeOfDay }), {
      maxLength: 3,
    }),
  })

const overridesAround = (startMs: number): fc.Arbitrary<Override[]> =>
  fc
    .uniqueArray(
      fc.record({
        personId: person,
        begins: fc.integer({ min: -20 * 1_440, max: 730 * 1_440 }),
        lasts: fc.nat(20 * 1_440),
        num: fc.nat(1_000),
      }),
      { selector: ({ num }) => num, maxLength: 8 },
    )
    .map((drawn) =>
      drawn.map(({ personId, begins, lasts, num }) => {
        const fromMs = startMs + begins * minuteMs
        return { personId, startMs: fromMs, endMs: fromMs + lasts * minuteMs, num }
      }),
    )

const yearsOf = ({ zone, years: [min, max], restless }: (typeof zones)[number]) =>
  fc.integer({ min, max }).chain((year) => {
    const startMs = Date.UTC(year, 0, 1) - leadMs
    return fc.record({
      year: fc.constant(year),
      overrides: overridesAround(startMs),
      schedule: fc.record({
        name: fc.constant('primary'),
        timeZone: fc.constant(zone),
        rotations: fc.array(rotationAround(startMs, timeAround(restless)), { minLength: 1, maxLength: 3 }),
      }),
    })
  })

const tables = new Map<string, WallTable>()
function tableOf(zone: string, year: number): WallTable {
  const known = tables.get(`${zone} ${year}`)
  if (known) return known
  const table = wallTable(zone, Date.UTC(year, 0, 1) - leadMs, Date.UTC(year + 2, 0, 1))
  tables.set(`${zone} ${year}`, table)
  return table
}

/** The first minute in which the oracle finds another than `shifts` and, each 100,003 minutes, another than onCallAt. */
function disagreement(schedule: Schedule, overrides: readonly Override[], shifts: readonly Shift[], table: WallTable) {
  let atMs = table.startMs
  let next = 0
  for (const found of watchOver(schedule, overrides, table)) {
    if (atMs >= table.startMs + leadMs) {
      while (shifts[next] && shifts[next]!.endMs <= atMs) next++
      const told: (Shift | undefined)[] = [shifts[next]]
      if ((atMs / minuteMs) % 100_003 === 0) told.push(onCallAt(schedule, overrides, atMs))
      if (!told.every((shift) => isTold(shift, found, atMs))) return { at: new Date(atMs).toISOString(), found, told }
    }
    atMs += minuteMs
  }
  return null
}

const isTold = (shift: Shift | undefined, found: Found, atMs: number): boolean =>
  shift !== undefined &&
  shift.startMs <= atMs &&
  atMs < shift.endMs &&
  shift.personId === found.personId &&
  shift.because === found.because

test.each(zones)('in each minute of two years in $zone the watcher of the clock finds the same ($because)', (at) => {
  fc.assert(
    fc.property(yearsOf(at), ({ year, schedule, overrides }) => {
      const shifts = shiftsBetween(schedule, overrides, Date.UTC(year, 0, 1), Date.UTC(year + 2, 0, 1))
      expect(disagreement(schedule, overrides, shifts, tableOf(at.zone, year))).toBeNull()
      // Nothing changes between two minutes, so that the minutes are all there is to look at.
      expect(shifts.filter(({ startMs, endMs }) => startMs % minuteMs !== 0 || endMs % minuteMs !== 0)).toEqual([])
    }),
    { numRuns: 2 },
  )
})

test.each([
  ['Europe/Berlin', 2026, [60, -60, 60, -60]],
  ['Australia/Lord_Howe', 2026, [-30, 30, -30, 30]],
  ['Pacific/Apia', 2011, [-60, 60, 1_440, -60, 60]],
] as const)('the watcher sees the clock in %s jump', (zone, year, jumps) => {
  const { shown } = tableOf(zone, year)
  const seen: number[] = []
  for (let i = 1; i < shown.length; i++) if (shown[i] !== shown[i - 1]! + 1) seen.push(shown[i]! - shown[i - 1]! - 1)
  expect(seen).toEqual(jumps)
})
