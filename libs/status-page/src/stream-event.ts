import type { PageIncident } from './incident/incident.ts'
import type { Status } from './model.ts'

/**
 * What the open page reads from the status stream (server-sent events beside the page, at `status/stream`):
 * `snapshot` carries every component and `status` those that changed, both in this shape; `heartbeat` carries nothing and says
 * that the picture still holds. A page that hears nothing for `streamSilenceMs` says that it is no longer live.
 */
export interface StatusStreamEvent {
  readonly overall: Status
  /** ISO 8601. */
  readonly overallSince: string
  readonly components: readonly StreamComponent[]
  /** Ids of components that are gone. */
  readonly removed?: readonly string[]
  /** Those that are open and told. */
  readonly activeIncidents?: readonly StreamIncident[]
  /** Moves when what is told in words changes; the page then fetches itself. */
  readonly toldVersion?: number
  readonly isBlind?: boolean
  /** True while the picture cannot be made sure of; `ageMs` says how old it is. */
  readonly stale?: boolean
  readonly ageMs?: number
  /** ISO 8601. */
  readonly generatedAt: string
}

export interface StreamIncident extends Pick<PageIncident, 'title' | 'status' | 'impact'> {
  /** ISO 8601. */
  readonly startedAt: string
}

export interface StreamComponent {
  readonly id: string
  readonly name: string
  readonly status: Status
  /** ISO 8601. */
  readonly since: string
  readonly responseTimeMs?: number | null
  /** ISO 8601. */
  readonly lastChecked?: string | null
  readonly error?: string
  /** Id of the root dependency whose failure explains this. */
  readonly causedBy?: string
  /** ISO 8601. */
  readonly flappingSince?: string
}

/** How long a page waits for the next event before it calls itself out of touch. */
export const streamSilenceMs = 45_000
