import type { IncidentVisibility } from '../incident/incident.ts'

/** Ways in which what the public is told may differ from what is known. */
export const findingKinds = [
  'page_green_while_red',
  'page_stale',
  'no_public_word',
  'update_overdue',
  'maintenance_past_end',
  'open_though_recovered',
] as const
export type FindingKind = (typeof findingKinds)[number]

export interface ComponentSubject {
  readonly kind: 'component'
  readonly num: number
  readonly id: string
  readonly visibility: 'public' | 'internal'
}

export interface IncidentSubject {
  readonly kind: 'incident'
  readonly num: number
  readonly id: string
  readonly visibility: IncidentVisibility
}

export interface MaintenanceSubject {
  readonly kind: 'maintenance'
  readonly num: number
  readonly id: string
  readonly visibility: IncidentVisibility
}

/** A process that shows the page. */
export interface ReplicaSubject {
  readonly kind: 'replica'
  readonly id: string
}

export type Subject = ComponentSubject | IncidentSubject | MaintenanceSubject | ReplicaSubject

/** What an audit finds. */
export interface Finding {
  readonly kind: FindingKind
  readonly subject: Subject
  /** Since when it has been so. */
  readonly sinceMs: number
  /** One sentence, for those who may know of the subject. */
  readonly summary: string
}

/** Names the subject for good, as `incident:12`. */
export const subjectKey = (subject: Subject): string =>
  `${subject.kind}:${subject.kind === 'replica' ? subject.id : subject.num}`

/** A finding is the same as long as its kind and its subject are. */
export const findingKey = ({ kind, subject }: Pick<Finding, 'kind' | 'subject'>): string =>
  `${kind} ${subjectKey(subject)}`

/** A finding as it is kept. */
export interface KeptFinding extends Omit<Finding, 'subject'> {
  /** Place among all findings. */
  readonly num: number
  readonly id: string
  readonly subject: { readonly kind: Subject['kind']; readonly id: string }
  readonly openedAtMs: number
  /** Null while it is so. */
  readonly closedAtMs: number | null
}
