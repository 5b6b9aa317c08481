import type { IncidentStatus, Maintenance, MaintenanceStatus, PublicIncident } from '@akashic/proto'

/** What the public is told in words. */
export interface Told {
  /** The status service's version of it; 0 while nothing was read. */
  readonly version: number
  /** All that are unresolved, and the latest of the others; newest first, each with an update at least, newest first. */
  readonly incidents: readonly PublicIncident[]
  /** Under way, coming, and the latest of those that are over; latest start first. */
  readonly maintenances: readonly Maintenance[]
}

/** Before anything was read. */
export const nothingTold: Told = { version: 0, incidents: [], maintenances: [] }

const resolved: readonly IncidentStatus[] = ['INCIDENT_STATUS_RESOLVED', 'INCIDENT_STATUS_POSTMORTEM']
const underWay: readonly MaintenanceStatus[] = ['MAINTENANCE_STATUS_IN_PROGRESS', 'MAINTENANCE_STATUS_VERIFYING']

export const isUnresolved = ({ status }: Pick<PublicIncident, 'status'>): boolean => !resolved.includes(status)

export const isUnderWay = ({ status }: Pick<Maintenance, 'status'>): boolean => underWay.includes(status)

export const isUpcoming = ({ status }: Pick<Maintenance, 'status'>): boolean =>
  status === 'MAINTENANCE_STATUS_SCHEDULED'

/** Those that are coming or under way, the soonest first. */
export function openMaintenances({ maintenances }: Told): Maintenance[] {
  return maintenances.filter((maintenance) => isUnderWay(maintenance) || isUpcoming(maintenance)).toReversed()
}
