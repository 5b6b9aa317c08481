import type { ComponentStatus } from '../status/component-status.ts'

/** 1 is the worst. SEV-1 and SEV-2 are major; who is unsure takes the higher. */
export type Severity = 1 | 2 | 3 | 4 | 5

export const incidentStatuses = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'] as const
export type IncidentStatus = (typeof incidentStatuses)[number]

/** Only public ones reach the page, `/status`, feeds and subscribers; restricted ones need role responder. */
export type IncidentVisibility = 'public' | 'internal' | 'restricted'

export const impacts = ['none', 'minor', 'major', 'critical'] as const
export type Impact = (typeof impacts)[number]

export type UpdateState = 'draft' | 'published' | 'withdrawn'

export const incidentRoles = [
  'incident_commander',
  'technical_lead',
  'communications_lead',
  'scribe',
  'subject_matter_expert',
  'customer_liaison',
  'internal_liaison',
  'deputy',
] as const
export type IncidentRole = (typeof incidentRoles)[number]

export interface IncidentComponent {
  readonly num: number
  readonly id: string
  readonly name: string
  readonly critical: boolean
  readonly visibility: 'public' | 'internal'
  /** Worst it was during the incident. */
  readonly worstStatus: ComponentStatus
  readonly joinedAtMs: number
  readonly recoveredAtMs: number | null
  /** True of the one whose failure explains the others. */
  readonly isRoot: boolean
}

/** A component as an update found it: what it was at the update before, and what it is. */
export interface AffectedComponent {
  readonly id: string
  readonly name: string
  readonly oldStatus: ComponentStatus
  readonly newStatus: ComponentStatus
}

export interface IncidentUpdate {
  readonly id: string
  /** Place among the incident's updates, from 1. */
  readonly seq: number
  readonly status: IncidentStatus
  /** Markdown. */
  readonly body: string
  readonly state: UpdateState
  readonly author: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly publishedAtMs: number | null
  readonly nextUpdateAtMs: number | null
  readonly affected: readonly AffectedComponent[]
}

export interface RoleAssignment {
  readonly role: IncidentRole
  readonly person: string
  readonly sinceMs: number
}

/** What is known of one item of the checklist; its step and words are in checklist.ts. */
export interface ChecklistTick {
  readonly key: string
  readonly atMs: number
  readonly by: string
  readonly isBySystem: boolean
  /** Link or sentence that shows it. */
  readonly evidence: string
}

/** What was already said to be overdue. */
export interface Reminded {
  /** The promise of an update that was not kept. */
  readonly updateDueMs: number | null
  /** Steps of the checklist whose deadline passed. */
  readonly steps: readonly number[]
}

export interface Incident {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly title: string
  readonly severity: Severity
  readonly status: IncidentStatus
  readonly visibility: IncidentVisibility
  readonly impact: Impact
  /** When the trouble began. */
  readonly startedAtMs: number
  readonly openedAtMs: number
  readonly identifiedAtMs: number | null
  readonly monitoringAtMs: number | null
  readonly resolvedAtMs: number | null
  /** When it is resolved by the policy that opened it, unless something of it turns red before; null: nothing waits. */
  readonly resolveAtMs: number | null
  readonly updatedAtMs: number
  /** When the public was promised to hear next; before the first public word, when that word is due. */
  readonly nextUpdateAtMs: number | null
  readonly firstPublishedAtMs: number | null
  readonly ticketUrl: string
  /** `person:<name>`, `service:<name>` or `policy:<name>`. */
  readonly openedBy: string
  readonly reopenedCount: number
  readonly components: readonly IncidentComponent[]
  /** Oldest first. */
  readonly updates: readonly IncidentUpdate[]
  readonly roles: readonly RoleAssignment[]
  readonly ticks: readonly ChecklistTick[]
  readonly reminded: Reminded
  readonly timeline: TimelineHead
}

/** The last entry of a timeline. */
export interface TimelineHead {
  readonly seq: number
  readonly hash: string
}

/** An incident as lists show it. */
export type IncidentSummary = Omit<Incident, 'updates' | 'roles' | 'ticks' | 'reminded' | 'timeline'>

/** Something that happened to an incident, for its timeline. */
export interface Happening {
  readonly kind: TimelineKind
  readonly body: Readonly<Record<string, unknown>>
}

export type TimelineKind =
  | 'opened'
  | 'changed'
  | 'joined'
  | 'left'
  | 'component_changed'
  | 'recovered'
  | 'root_changed'
  | 'merged'
  | 'alert_joined'
  | 'alert_resolved'
  | 'diagnosed'
  | 'paged'
  | 'page_answered'
  | 'page_exhausted'
  | 'status_changed'
  | 'reopened'
  | 'update_drafted'
  | 'update_published'
  | 'update_edited'
  | 'update_withdrawn'
  | 'update_overdue'
  | 'role_assigned'
  | 'checklist_ticked'
  | 'checklist_unticked'
  | 'checklist_overdue'
  | 'postmortem_saved'
  | 'postmortem_published'
  | 'action_item_saved'

/** What a pure rule makes of an incident. Nothing happened: nothing is written. */
export interface Change {
  readonly incident: Incident
  readonly happenings: readonly Happening[]
}

export const isOpen = ({ status }: Pick<Incident, 'status'>): boolean =>
  status !== 'resolved' && status !== 'postmortem'
