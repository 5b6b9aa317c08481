import type { Status, Visibility } from './generated/akashic-status-v1.ts'

/** A status as REST, configuration and the database write it. */
export type StatusName = 'operational' | 'degraded' | 'partial_outage' | 'outage' | 'maintenance' | 'unknown'
export type VisibilityName = 'public' | 'internal'

const names: Readonly<Record<string, StatusName>> = {
  STATUS_OPERATIONAL: 'operational',
  STATUS_DEGRADED: 'degraded',
  STATUS_PARTIAL_OUTAGE: 'partial_outage',
  STATUS_OUTAGE: 'outage',
  STATUS_MAINTENANCE: 'maintenance',
  STATUS_UNKNOWN: 'unknown',
}

/** A value that was not set, or that a newer peer made up, is `unknown`. */
export function statusFromProto(status: Status): StatusName {
  return names[status] ?? 'unknown'
}

export function statusToProto(name: StatusName): Status {
  return `STATUS_${name.toUpperCase() as Uppercase<StatusName>}`
}

/** Only what says that it is public is public. */
export function visibilityFromProto(visibility: Visibility): VisibilityName {
  return visibility === 'VISIBILITY_PUBLIC' ? 'public' : 'internal'
}

export function visibilityToProto(name: VisibilityName): Visibility {
  return name === 'public' ? 'VISIBILITY_PUBLIC' : 'VISIBILITY_INTERNAL'
}
