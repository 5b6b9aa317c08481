import type { ComponentStatus } from '../status/component-status.ts'
import type { Interval } from './interval.ts'

/** How much of a stretch of time was spent in each status, in milliseconds. They add up to its length. */
export type StatusTotals = Readonly<Record<ComponentStatus, number>>

export const noTime: StatusTotals = {
  operational: 0,
  degraded: 0,
  partial_outage: 0,
  outage: 0,
  maintenance: 0,
  unknown: 0,
}

/** The totals of `fromMs` to `toMs`; time that no interval covers is `unknown`. */
export function totalsOf(intervals: readonly Interval[], fromMs: number, toMs: number): StatusTotals {
  const totals = { ...noTime }
  let coveredMs = 0
  for (const interval of intervals) {
    const lastedMs = Math.min(interval.toMs, toMs) - Math.max(interval.fromMs, fromMs)
    if (lastedMs <= 0) continue
    totals[interval.status] += lastedMs
    coveredMs += lastedMs
  }
  totals.unknown += Math.max(0, toMs - fromMs - coveredMs)
  return totals
}

export function addTotals(a: StatusTotals, b: StatusTotals): StatusTotals {
  return {
    operational: a.operational + b.operational,
    degraded: a.degraded + b.degraded,
    partial_outage: a.partial_outage + b.partial_outage,
    outage: a.outage + b.outage,
    maintenance: a.maintenance + b.maintenance,
    unknown: a.unknown + b.unknown,
  }
}
