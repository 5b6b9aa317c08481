import fc from 'fast-check'
import { componentStatuses, type ComponentStatus } from '../status/component-status.ts'
import { dayMs, dayStart, daysTouched } from './days.ts'
import { clip, type Interval } from './interval.ts'
import { cutDays, dayBars, stretchesToRead, totalsBetween, windowsOf } from './record.ts'
import { totalsOf } from './totals.ts'
import { uptimeWindow, windowLengthsMs } from './windows.ts'

const hour = 3_600_000
const now = Date.parse('2026-03-15T18:00:00Z')
const lasting = (fromMs: number, toMs: number, status: ComponentStatus): Interval => ({ fromMs, toMs, status })

test('uptime is the share of the known time that was no outage', () => {
  const intervals = [
    lasting(now - 24 * hour, now - 12 * hour, 'operational'),
    lasting(now - 12 * hour, now - 9 * hour, 'outage'),
    lasting(now - 9 * hour, now - 6 * hour, 'unknown'),
    lasting(now - 6 * hour, now - 3 * hour, 'maintenance'),
    lasting(now - 3 * hour, now, 'partial_outage'),
  ]
  expect(uptimeWindow(totalsOf(intervals, now - 24 * hour, now))).toEqual({
    ratio: 15 / 18,
    knownMs: 18 * hour,
    unknownMs: 3 * hour,
    downMs: 3 * hour,
    maintenanceMs: 3 * hour,
  })
})

test('time of which nothing is recorded is unknown, and a ratio of nothing known is null, not zero or one', () => {
  expect(uptimeWindow(totalsOf([], 0, hour))).toMatchObject({ ratio: null, knownMs: 0, unknownMs: hour })
})

test('bars are the last 90 UTC days, oldest first, and today ends now', () => {
  const bars = dayBars({ days: new Map(), intervals: [lasting(now - 20 * hour, now, 'operational')] }, now)
  expect(bars).toHaveLength(90)
  expect(bars[0]!.day).toBe('2025-12-16')
  expect(bars.at(-1)).toMatchObject({ day: '2026-03-15', totals: { operational: 18 * hour, unknown: 0 } })
  expect(bars.at(-2)).toMatchObject({ day: '2026-03-14', totals: { operational: 2 * hour, unknown: 22 * hour } })
})

test('bars of the moment a day begins end with that day, empty', () => {
  const midnight = dayStart(now)
  expect(dayBars({ days: new Map(), intervals: [] }, midnight).at(-1)).toMatchObject({
    day: '2026-03-15',
    totals: { unknown: 0 },
  })
})

const anyPast = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 20 * 24 * 60 }), fc.constantFrom(...componentStatuses)), {
    minLength: 1,
    maxLength: 30,
  })
  .map((pieces) => {
    let toMs = now
    return pieces
      .map(([minutes, status]) => {
        const interval = lasting(toMs - minutes * 60_000, toMs, status)
        toMs = interval.fromMs
        return interval
      })
      .reverse()
  })

test('roll-ups of any days, and intervals of the rest only, tell the same as all intervals', () => {
  fc.assert(
    fc.property(anyPast, fc.subarray(daysTouched(now - 91 * dayMs, now)), (intervals, rolledUp) => {
      const days = new Map(rolledUp.map((day) => [day, totalsOf(intervals, day, day + dayMs)]))
      const read = stretchesToRead(days, cutDays(now), dayStart(now - 91 * dayMs), now)
      const known = read.flatMap((stretch) => clip(intervals, stretch.fromMs, stretch.toMs))
      const all = { days: new Map(), intervals }
      expect(windowsOf({ days, intervals: known }, now)).toEqual(windowsOf(all, now))
      expect(dayBars({ days, intervals: known }, now)).toEqual(dayBars(all, now))
    }),
  )
})

test('known, unknown and maintenance time of a window add up to its length', () => {
  fc.assert(
    fc.property(anyPast, (intervals) => {
      const windows = windowsOf({ days: new Map(), intervals }, now)
      for (const [name, lengthMs] of Object.entries(windowLengthsMs)) {
        const window = windows[name as keyof typeof windows]
        expect(window.knownMs + window.unknownMs + window.maintenanceMs).toBe(lengthMs)
      }
    }),
  )
})

test('a stretch has the totals of its parts', () => {
  fc.assert(
    fc.property(anyPast, fc.nat(40 * 24 * 60), (intervals, minutes) => {
      const record = { days: new Map(), intervals }
      const [fromMs, cutMs] = [now - 40 * dayMs, now - minutes * 60_000]
      const parts = [totalsBetween(record, fromMs, cutMs), totalsBetween(record, cutMs, now)]
      const whole = totalsBetween(record, fromMs, now)
      for (const status of componentStatuses) expect(parts[0]![status] + parts[1]![status]).toBe(whole[status])
    }),
  )
})
