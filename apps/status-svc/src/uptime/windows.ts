import { dayMs } from './days.ts'
import type { StatusTotals } from './totals.ts'

/** Uptime over a stretch of time. The four durations partition it, except that down time is part of what is known. */
export interface UptimeWindow {
  /** Share of the known time that was not an outage, 0 to 1; null when nothing is known. Only `outage` counts as down:
   *  in `degraded` and `partial_outage` the component served. */
  readonly ratio: number | null
  /** Measured and unplanned: all but unknown time and maintenance. */
  readonly knownMs: number
  readonly unknownMs: number
  readonly downMs: number
  readonly maintenanceMs: number
}

export const windowLengthsMs = {
  last24h: dayMs,
  last7d: 7 * dayMs,
  last30d: 30 * dayMs,
  last90d: 90 * dayMs,
} as const

export type UptimeWindows = Readonly<Record<keyof typeof windowLengthsMs, UptimeWindow>>

export function uptimeWindow(totals: StatusTotals): UptimeWindow {
  const knownMs = totals.operational + totals.degraded + totals.partial_outage + totals.outage
  return {
    ratio: knownMs === 0 ? null : (knownMs - totals.outage) / knownMs,
    knownMs,
    unknownMs: totals.unknown,
    downMs: totals.outage,
    maintenanceMs: totals.maintenance,
  }
}
