import type { Status } from '../model.ts'

export type IncidentStatus = 'investigating' | 'identified' | 'monitoring' | 'resolved' | 'postmortem'
export type Impact = 'none' | 'minor' | 'major' | 'critical'

/** An incident as it was published. */
export interface PageIncident {
  readonly id: string
  readonly title: string
  readonly status: IncidentStatus
  readonly impact: Impact
  /** When the trouble began. */
  readonly startedAtMs: number
  readonly resolvedAtMs?: number
  /** When the next update is promised. */
  readonly nextUpdateAtMs?: number
  /** From the first red check to the first public word. */
  readonly firstWordAfterMs?: number
  readonly components: readonly IncidentComponent[]
  /** Newest first; one at least. */
  readonly updates: readonly IncidentUpdate[]
  /** In Markdown; empty while none is published. */
  readonly postmortem: string
}

export interface IncidentComponent {
  readonly id: string
  readonly name: string
  /** The worst it was during the incident. */
  readonly worstStatus: Status
  readonly joinedAtMs: number
  readonly recoveredAtMs?: number
}

export interface IncidentUpdate {
  readonly status: IncidentStatus
  /** Markdown. */
  readonly body: string
  readonly publishedAtMs: number
  /** When its words were last changed; absent when they are the first ones. */
  readonly editedAtMs?: number
  /** What components were at the update before, and at this one. */
  readonly changes: readonly { readonly name: string; readonly from: Status; readonly to: Status }[]
}

const hourMs = 3_600_000
const dayMs = 86_400_000
export const recentDays = 7

export function isOpen({ status }: Pick<PageIncident, 'status'>): boolean {
  return status !== 'resolved' && status !== 'postmortem'
}

/** True of what readers look for first: it is open, or it was until an hour ago. Who comes because of it reads its end where
 *  it was told, and nothing jumps on the page of those who are there. */
export function isInFront(incident: PageIncident, nowMs: number): boolean {
  return isOpen(incident) || nowMs - endOf(incident) < hourMs
}

/** True of what is over and ended within the last 7 days. */
export function isRecent(incident: PageIncident, nowMs: number): boolean {
  return !isOpen(incident) && nowMs - endOf(incident) < recentDays * dayMs
}

function endOf({ resolvedAtMs, updates }: PageIncident): number {
  return resolvedAtMs ?? updates[0]?.publishedAtMs ?? 0
}

/** True when the incident had a part of the UTC day `day` (YYYY-MM-DD). */
export function isOnDay({ startedAtMs, resolvedAtMs }: PageIncident, day: string, nowMs: number): boolean {
  const fromMs = Date.parse(day)
  return startedAtMs < fromMs + dayMs && (resolvedAtMs ?? nowMs) >= fromMs
}
