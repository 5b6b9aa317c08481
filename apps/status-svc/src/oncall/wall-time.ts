import { Temporal } from 'temporal-polyfill'
import { dayMs } from '../uptime/days.ts'

const minuteMs = 60_000

/** What a clock on the wall shows: the day, counted from 1970-01-01, and the minutes since its midnight. */
export interface WallTime {
  readonly day: number
  readonly minute: number
}

/** The clock on the wall of one time zone. */
export interface WallClock {
  /** When the clock shows `wall`. A time that it skips moves forward by what is skipped, and of a time that it shows twice
   *  the first counts (RFC 5545, 3.3.5; `compatible` in Temporal). */
  instantOf(wall: WallTime): number
  /** What it shows at an instant, seconds cut off. */
  wallTimeOf(atMs: number): WallTime
}

/** Time in which a zone keeps its distance to UTC. */
interface Steady {
  readonly fromMs: number
  readonly toMs: number
  readonly offsetMs: number
}

/** A date such as `2026-01-05` as days since 1970-01-01. */
export const dayOf = (date: string): number => Date.parse(date) / dayMs

/** A time of day such as `09:30` as minutes since midnight. */
export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** The clock on the wall of `timeZone`. It remembers when the zone changes its clock: Temporal takes some 30 µs for one
 *  wall time (measured), and a year of a schedule has thousands.
 *  @throws RangeError when the zone is unknown, at the first question. */
export function wallClock(timeZone: string): WallClock {
  const known: Steady[] = []
  const steadyAt = (atMs: number): Steady => {
    const found = known.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
    if (found) return found
    const steady = steadyAround(atMs, timeZone)
    known.push(steady)
    return steady
  }
  return {
    instantOf({ day, minute }) {
      const asUtcMs = day * dayMs + minute * minuteMs
      const { fromMs, toMs, offsetMs } = steadyAt(asUtcMs)
      const atMs = asUtcMs - offsetMs
      // No zone changes its clock by more than a day, so a day away from a change each time is shown once.
      const isShownOnce = fromMs + dayMs <= atMs && atMs < toMs - dayMs
      return isShownOnce ? atMs : compatibleInstant(asUtcMs, timeZone)
    },
    wallTimeOf(atMs) {
      const asUtcMs = atMs + steadyAt(atMs).offsetMs
      const day = Math.floor(asUtcMs / dayMs)
      return { day, minute: Math.floor((asUtcMs - day * dayMs) / minuteMs) }
    },
  }
}

const zoned = (atMs: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)

function steadyAround(atMs: number, timeZone: string): Steady {
  const wholeMs = Math.floor(atMs)
  return {
    // A change at this very instant is the beginning, and `previous` tells only of those before its own.
    fromMs: zoned(wholeMs + 1, timeZone).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity,
    toMs: zoned(wholeMs, timeZone).getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity,
    offsetMs: zoned(wholeMs, timeZone).offsetNanoseconds / 1_000_000,
  }
}

const compatibleInstant = (asUtcMs: number, timeZone: string): number =>
  zoned(asUtcMs, 'UTC').toPlainDateTime().toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds
