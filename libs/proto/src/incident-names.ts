import type {
  Impact,
  IncidentStatus,
  IncidentVisibility,
  MaintenanceStatus,
  Severity,
  UpdateState,
} from './generated/akashic-status-v1.ts'

/** The words of REST, events and the database, and the fallback for a value that was not set or that a newer peer made
 *  up: the graver one, and the one that fewer people see. */
const severities = ['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', 'SEV-5'] as const
const incidentStatuses = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'] as const
const visibilities = ['public', 'internal', 'restricted'] as const
const impacts = ['none', 'minor', 'major', 'critical'] as const
const updateStates = ['draft', 'published', 'withdrawn'] as const
const maintenanceStatuses = ['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled'] as const

/** `SEV-1` is the worst. */
export type SeverityName = (typeof severities)[number]
export type IncidentStatusName = (typeof incidentStatuses)[number]
export type IncidentVisibilityName = (typeof visibilities)[number]
export type ImpactName = (typeof impacts)[number]
export type UpdateStateName = (typeof updateStates)[number]
export type MaintenanceStatusName = (typeof maintenanceStatuses)[number]

export const incidentNames = {
  severities,
  incidentStatuses,
  visibilities,
  impacts,
  updateStates,
  maintenanceStatuses,
} as const

/** The word of an enum's value, `fallback` where there is none. */
export function wordOf<Word extends string>(
  words: readonly Word[],
  prefix: string,
  value: string,
  fallback: Word,
): Word {
  const word = String(value).replace(prefix, '').toLowerCase()
  return words.find((known) => known === word) ?? fallback
}

export const severityFromProto = (severity: Severity): SeverityName =>
  severities.find((name) => severityToProto(name) === severity) ?? 'SEV-1'
export const severityToProto = (name: SeverityName): Severity =>
  `SEVERITY_${name.replace('-', '_') as 'SEV_1' | 'SEV_2' | 'SEV_3' | 'SEV_4' | 'SEV_5'}`

export const incidentStatusFromProto = (status: IncidentStatus): IncidentStatusName =>
  wordOf(incidentStatuses, 'INCIDENT_STATUS_', status, 'investigating')
export const incidentStatusToProto = (name: IncidentStatusName): IncidentStatus =>
  `INCIDENT_STATUS_${name.toUpperCase() as Uppercase<IncidentStatusName>}`

export const incidentVisibilityFromProto = (visibility: IncidentVisibility): IncidentVisibilityName =>
  wordOf(visibilities, 'INCIDENT_VISIBILITY_', visibility, 'restricted')
export const incidentVisibilityToProto = (name: IncidentVisibilityName): IncidentVisibility =>
  `INCIDENT_VISIBILITY_${name.toUpperCase() as Uppercase<IncidentVisibilityName>}`

export const impactFromProto = (impact: Impact): ImpactName => wordOf(impacts, 'IMPACT_', impact, 'critical')
export const impactToProto = (name: ImpactName): Impact => `IMPACT_${name.toUpperCase() as Uppercase<ImpactName>}`

export const updateStateFromProto = (state: UpdateState): UpdateStateName =>
  wordOf(updateStates, 'UPDATE_STATE_', state, 'draft')
export const updateStateToProto = (name: UpdateStateName): UpdateState =>
  `UPDATE_STATE_${name.toUpperCase() as Uppercase<UpdateStateName>}`

export const maintenanceStatusFromProto = (status: MaintenanceStatus): MaintenanceStatusName =>
  wordOf(maintenanceStatuses, 'MAINTENANCE_STATUS_', status, 'scheduled')
export const maintenanceStatusToProto = (name: MaintenanceStatusName): MaintenanceStatus =>
  `MAINTENANCE_STATUS_${name.toUpperCase() as Uppercase<MaintenanceStatusName>}`
