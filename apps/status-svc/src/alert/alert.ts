import { roleIncludes, type Principal } from '@akashic/shared/identity'
import { mayTouch } from '@akashic/shared/access'

export const alertStatuses = ['firing', 'resolved'] as const
export type AlertStatus = (typeof alertStatuses)[number]

/** From worst to least. */
export const alertSeverities = ['critical', 'warning', 'info'] as const
export type AlertSeverity = (typeof alertSeverities)[number]

export type Labels = Readonly<Record<string, string>>

/** Who is to act on an alert: a role in its incident, and who has it. */
export interface Assignee {
  readonly role: string
  readonly person: string | null
}

/** What somebody says of an alert: that it fires, or fires no more. */
export interface AlertSignal {
  /** What raises it, as `prometheus` or `truth`. */
  readonly source: string
  /** What makes it the same alert when it is raised again, within its source. */
  readonly fingerprint: string
  readonly componentId: string | null
  readonly status: AlertStatus
  readonly severity: AlertSeverity
  /** One sentence, for operators; may be empty where it fires no more. */
  readonly summary: string
  /** When it began to fire; null: now. */
  readonly startedAtMs: number | null
  /** The incident that it is about. */
  readonly incidentId?: string | null
  readonly assignee?: Assignee | null
  /** What it says of itself, as `alertname` and `instance`. */
  readonly labels?: Labels
  /** When it ends unless it is heard of again; null or left out: when its end is told. */
  readonly expiresAtMs?: number | null
}

export interface Alert {
  /** Place among all alerts. */
  readonly num: number
  readonly id: string
  readonly version: number
  readonly source: string
  readonly fingerprint: string
  readonly component: AlertComponent | null
  readonly status: AlertStatus
  readonly severity: AlertSeverity
  readonly summary: string
  /** What it says of itself; `alertname` is always there. */
  readonly labels: Labels
  readonly assignee: Assignee | null
  readonly incident: AlertIncident | null
  readonly firedAtMs: number
  /** When it was first heard of here. */
  readonly heardAtMs: number
  /** When it was last said to fire. */
  readonly lastSeenAtMs: number
  readonly resolvedAtMs: number | null
}

export interface AlertComponent {
  readonly num: number
  readonly id: string
  readonly visibility: 'public' | 'internal'
}

export interface AlertIncident {
  readonly num: number
  readonly id: string
  readonly visibility: 'public' | 'internal' | 'restricted'
}

/** Label by which an alert of a rule says of which kind the rule is. */
export const ruleKindLabel = 'rule_kind'

/** True of an alert about an error budget: it tells how much was spent, and goes on when the fault is over. */
export const isBudgetAlert = ({ source, labels }: Pick<Alert, 'source' | 'labels'>): boolean =>
  source === 'rule' && labels[ruleKindLabel] === 'burn_rate'

/** True when the principal may know of the alert: as of its incident, and by its component. */
export function mayReadAlert(principal: Principal, { incident, component }: Alert): boolean {
  if (incident?.visibility === 'restricted' && !roleIncludes(principal.role, 'responder')) return false
  return principal.scope === undefined || (component !== null && mayTouch(principal, component.id))
}
