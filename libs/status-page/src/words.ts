import type { Status } from './model.ts'

export function statusWord(status: Status): string {
  return {
    operational: 'Operational',
    degraded: 'Degraded',
    partial_outage: 'Partial outage',
    outage: 'Outage',
    maintenance: 'Maintenance',
    unknown: 'Unknown',
  }[status]
}

/** A share as a percentage that never flatters: cut after two decimals, so that only all of it is 100%. */
export function formatRatio(ratio: number): string {
  if (ratio >= 1) return '100%'
  return `${(Math.floor(ratio * 10_000) / 100).toFixed(2)}%`
}
