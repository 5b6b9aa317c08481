import { componentStatuses, type ComponentStatus } from '../status/component-status.ts'
import { clip, type Interval } from './interval.ts'

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
  for (const interval of clip(intervals, fromMs, toMs)) {
    totals[interval.status] += interval.toMs - interval.fromMs
    coveredMs += interval.toMs - interval.fromMs
  }
  totals.unknown += Math.max(0, toMs - fromMs - coveredMs)
  return totals
}

export function addTotals(a: StatusTotals, b: StatusTotals): StatusTotals {
  const sum = { ...noTime }
  for (const status of componentStatuses) sum[status] = a[status] + b[status]
  return sum
}
