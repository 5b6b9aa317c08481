import type { Verdict } from './check-verdict.ts'

/** What a component can be. */
export type ComponentStatus = Verdict | 'maintenance'

export const componentStatuses = [
  'operational',
  'degraded',
  'partial_outage',
  'outage',
  'maintenance',
  'unknown',
] as const satisfies readonly ComponentStatus[]
