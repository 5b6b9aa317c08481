import type { StatusName } from '@akashic/proto'
import { z } from 'zod'

export const componentStatuses = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const
export const componentStatusSchema = z.enum(componentStatuses)
export type ComponentStatus = (typeof componentStatuses)[number]

const words: Readonly<Record<StatusName, ComponentStatus>> = {
  operational: 'operational',
  degraded: 'degraded_performance',
  partial_outage: 'partial_outage',
  outage: 'major_outage',
  maintenance: 'under_maintenance',
  // Statuspage has no word for what was not measured; the row's description says it.
  unknown: 'degraded_performance',
}

export const componentStatus = (status: StatusName): ComponentStatus => words[status]

/** Status of a group: out when all of its members are, partly out when some are. */
export function groupStatus(members: readonly ComponentStatus[]): ComponentStatus {
  if (members.every((status) => status === 'major_outage')) return 'major_outage'
  if (members.includes('major_outage')) return 'partial_outage'
  return componentStatuses.findLast((status) => members.includes(status)) ?? 'operational'
}
