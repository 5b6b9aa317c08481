import type { PageIncident } from './incident/incident.ts'
import type { PageMaintenance } from './maintenance/maintenance.ts'

export type Status = 'operational' | 'degraded' | 'partial_outage' | 'outage' | 'maintenance' | 'unknown'

/** Everything that the page shows, and nothing else: who may see what was decided before. Instants and durations in milliseconds. */
export interface StatusPageModel {
  readonly page: { readonly title: string; readonly url?: string }
  /** Now, to leave out the day of instants that are today's. */
  readonly nowMs: number
  /** When the content last changed. */
  readonly generatedAtMs: number
  /** How old the picture is, when it could not be made sure of; absent while it is live. */
  readonly staleForMs?: number
  readonly overall: Status
  readonly overallSinceMs: number
  /** True while the checker cannot see: what it calls unknown may well be fine. */
  readonly isBlind: boolean
  /** In the order of the page; groups appear where their first member does. */
  readonly components: readonly PageComponent[]
  /** Null while it could not be read. */
  readonly told: Told | null
  /** Where the same is to be had for programs and readers of feeds, relative to the page; what is absent is not offered. */
  readonly feeds?: { readonly atom?: string; readonly rss?: string; readonly calendar?: string }
}

/** What the public is told in words. */
export interface Told {
  /** Moves whenever any of it changes: an open page then fetches itself. */
  readonly version: number
  /** All that are open, and the latest of the others, newest first. */
  readonly incidents: readonly PageIncident[]
  /** Soonest first; those that are over are not shown on the status page. */
  readonly maintenances: readonly PageMaintenance[]
}

export interface PageComponent {
  readonly id: string
  readonly name: string
  /** Heading under which it is shown; empty for none. */
  readonly group: string
  readonly description: string
  readonly status: Status
  readonly sinceMs: number
  readonly responseTimeMs?: number
  /** Absent when it was never checked. */
  readonly lastCheckedMs?: number
  /** A sentence that may be shown to anybody. */
  readonly error?: string
  readonly causedBy?: { readonly id: string; readonly name: string }
  readonly flappingSinceMs?: number
  /** 0 to 1; null when nothing is known. */
  readonly uptime90d: number | null
  /** 90 UTC days, oldest first, today last and partial. */
  readonly days: readonly DayBar[]
  /** The last 24 h in steps of five minutes, oldest first. */
  readonly responseTimes: readonly ResponseTimePoint[]
}

/** How long a component was in each state on one UTC day. */
export interface DayBar {
  /** YYYY-MM-DD. */
  readonly day: string
  readonly operationalMs: number
  readonly degradedMs: number
  readonly partialOutageMs: number
  readonly outageMs: number
  readonly maintenanceMs: number
  readonly unknownMs: number
}

export interface ResponseTimePoint {
  readonly atMs: number
  /** Absent when nothing answered in these five minutes. */
  readonly meanMs?: number
  readonly maxMs?: number
}
