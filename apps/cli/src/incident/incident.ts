import type { StatusName } from '../terminal/status-words.ts'

export const severityNames = ['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', 'SEV-5'] as const
export const incidentStatusNames = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'] as const
export const visibilityNames = ['public', 'internal', 'restricted'] as const
export const roleNames = [
  'incident_commander',
  'technical_lead',
  'communications_lead',
  'scribe',
  'subject_matter_expert',
  'customer_liaison',
  'internal_liaison',
  'deputy',
] as const

export type SeverityName = (typeof severityNames)[number]
export type IncidentStatusName = (typeof incidentStatusNames)[number]

/** An incident as lists have it. */
export interface ListedIncident {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly severity: SeverityName
  readonly status: IncidentStatusName
  readonly visibility: (typeof visibilityNames)[number]
  readonly impact: 'none' | 'minor' | 'major' | 'critical'
  readonly startedAt: string
  readonly openedAt: string
  readonly resolvedAt: string | null
  readonly firstPublishedAt: string | null
  readonly nextUpdateAt: string | null
  readonly isUpdateOverdue: boolean
  readonly components: readonly IncidentComponent[]
  readonly ticketUrl: string | null
  readonly openedBy: string
  readonly reopenedCount: number
}

export interface Incident extends ListedIncident {
  readonly updates: readonly IncidentUpdate[]
  readonly roles: readonly { readonly role: string; readonly person: string; readonly since: string }[]
  readonly checklist: readonly ChecklistItem[]
}

export interface IncidentComponent {
  readonly id: string
  readonly name: string
  readonly worstStatus: StatusName
  readonly joinedAt: string
  readonly recoveredAt: string | null
  readonly isRoot: boolean
}

export interface IncidentUpdate {
  readonly id: string
  readonly status: IncidentStatusName
  readonly body: string
  readonly state: 'draft' | 'published' | 'withdrawn'
  readonly author: string
  readonly createdAt: string
  readonly publishedAt: string | null
  readonly nextUpdateAt: string | null
  readonly affectedComponents: readonly {
    readonly id: string
    readonly name: string
    readonly newStatus: StatusName
  }[]
}

export interface ChecklistItem {
  readonly key: string
  readonly step: number
  readonly text: string
  readonly dueAt: string | null
  readonly isOverdue: boolean
  readonly tickedAt: string | null
  readonly tickedBy: string | null
  readonly isTickedBySystem: boolean
  readonly evidence: string
}

/** The path of an incident in the API. */
export function incidentPath(id: string): string {
  return `/api/v1/incidents/${encodeURIComponent(id)}`
}

export const isOpen = ({ status }: Pick<ListedIncident, 'status'>): boolean =>
  status !== 'resolved' && status !== 'postmortem'
