import { dayMs, dayName, dayStart, daysTouched } from './days.ts'
import type { Interval } from './interval.ts'
import { addTotals, noTime, totalsOf, type StatusTotals } from './totals.ts'
import { uptimeWindow, windowLengthsMs, type UptimeWindows } from './windows.ts'

/** What is loaded of one component's past: whole days from the roll-up, and the intervals of all other time. */
export interface UptimeRecord<I extends Interval = Interval> {
  /** By the day's start. */
  readonly days: ReadonlyMap<number, StatusTotals>
  readonly intervals: readonly I[]
}

/** Days on the page. */
export const barCount = 90

/** One UTC day of a component; the last one ends now. */
export interface DayBar {
  readonly day: string
  readonly totals: StatusTotals
}

/** Days that the windows ending at `nowMs` cut, and the day that is not over: known from intervals only. */
export function cutDays(nowMs: number): ReadonlySet<number> {
  return new Set([dayStart(nowMs), ...Object.values(windowLengthsMs).map((lengthMs) => dayStart(nowMs - lengthMs))])
}

/** Stretches within `fromMs` to `toMs` that must be known from intervals: cut days and days without a roll-up. */
export function stretchesToRead(
  rolledUp: { has(day: number): boolean },
  cut: ReadonlySet<number>,
  fromMs: number,
  toMs: number,
): { fromMs: number; toMs: number }[] {
  const stretches: { fromMs: number; toMs: number }[] = []
  for (const day of daysTouched(fromMs, toMs)) {
    if (rolledUp.has(day) && !cut.has(day)) continue
    const last = stretches.at(-1)
    if (last?.toMs === day) last.toMs = Math.min(day + dayMs, toMs)
    else stretches.push({ fromMs: day, toMs: Math.min(day + dayMs, toMs) })
  }
  return stretches
}

/** The totals of `fromMs` to `toMs`: whole days by their roll-up where there is one, the rest by intervals. */
export function totalsBetween(record: UptimeRecord, fromMs: number, toMs: number): StatusTotals {
  let sum = noTime
  let unrolledFromMs = fromMs
  for (const day of daysTouched(fromMs, toMs)) {
    const whole = day >= fromMs && day + dayMs <= toMs ? record.days.get(day) : undefined
    if (!whole) continue
    if (unrolledFromMs < day) sum = addTotals(sum, totalsOf(record.intervals, unrolledFromMs, day))
    sum = addTotals(sum, whole)
    unrolledFromMs = day + dayMs
  }
  return unrolledFromMs < toMs ? addTotals(sum, totalsOf(record.intervals, unrolledFromMs, toMs)) : sum
}

/** Uptime over the windows that end at `nowMs`. */
export function windowsOf(record: UptimeRecord, nowMs: number): UptimeWindows {
  const last = (lengthMs: number) => uptimeWindow(totalsBetween(record, nowMs - lengthMs, nowMs))
  return {
    last24h: last(windowLengthsMs.last24h),
    last7d: last(windowLengthsMs.last7d),
    last30d: last(windowLengthsMs.last30d),
    last90d: last(windowLengthsMs.last90d),
  }
}

/** The last 90 UTC days, oldest first, today last and partial. */
export function dayBars(record: UptimeRecord, nowMs: number): DayBar[] {
  const today = dayStart(nowMs)
  return daysTouched(today - (barCount - 1) * dayMs, nowMs + 1).map((day) => ({
    day: dayName(day),
    totals: totalsBetween(record, day, Math.min(day + dayMs, nowMs)),
  }))
}
