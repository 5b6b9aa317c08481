import type { StatusName } from '../terminal/status-words.ts'

/** What is shown of a check: where it goes, and how often. */
export interface ShownCheck {
  readonly kind: string
  readonly url?: string
  readonly baseUrl?: string
  readonly brokers?: readonly string[]
  readonly host?: string
  readonly port?: number
  readonly interval?: string
}

/** A component as operators see it: its definition, secrets left out, and its state. */
export interface ShownDefinition {
  readonly id: string
  readonly name: string
  readonly group?: string
  readonly description?: string
  readonly critical?: boolean
  readonly visibility?: 'public' | 'internal'
  readonly dependsOn?: readonly string[]
  readonly checks?: readonly ShownCheck[]
  readonly version: number
  readonly ownedBy: 'file' | 'api'
  readonly state: {
    readonly status: StatusName
    readonly since: string
    readonly responseTimeMs: number | null
    readonly lastChecked: string | null
    readonly error: string | null
    readonly errorDetail: string | null
    readonly causedBy: string | null
    readonly flappingSince: string | null
  } | null
}

export interface StateInterval {
  readonly status: StatusName
  readonly from: string
  readonly to: string | null
  readonly error: string | null
  readonly causedBy: string | null
  readonly isFlapping: boolean
  readonly correction: { readonly reason: string; readonly author: string } | null
  readonly originalStatus: StatusName | null
}

export interface Uptime {
  readonly ratio: number | null
  readonly knownMs: number
  readonly unknownMs: number
  readonly downMs: number
  readonly maintenanceMs: number
}

/** The path of a component in the API. */
export function componentPath(id: string): string {
  return `/api/v1/components/${encodeURIComponent(id)}`
}
