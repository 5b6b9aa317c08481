import type { Evidence, ObjectReference, Remedy, Severity } from './infra.ts'

export type DatabaseStatus = 'healthy' | 'warning' | 'critical' | 'unknown'
export type Unit = 'text' | 'count' | 'bytes' | 'ms' | 'seconds' | 'ratio' | 'instant'

export interface DatabaseFinding {
  readonly rule: string
  readonly severity: Severity
  readonly object: ObjectReference
  readonly summary: string
  readonly evidence: readonly Evidence[]
  readonly remedies: readonly (Remedy & { readonly isDestructive: boolean })[]
}

export interface DatabaseTable {
  readonly title: string
  readonly columns: readonly { readonly key: string; readonly heading: string; readonly unit: Unit }[]
  readonly rows: readonly Readonly<Record<string, string | number | null>>[]
}

export interface TopicReport {
  readonly topic: string
  readonly status: DatabaseStatus
  readonly says: string
  readonly tables: readonly DatabaseTable[]
  readonly findings: readonly DatabaseFinding[]
  readonly unknown: readonly { readonly what: string; readonly reason: string; readonly howToGet: string | null }[]
}

/** What the API says of a database, as far as the command shows it. */
export interface DatabaseReport {
  readonly database: string
  readonly status: DatabaseStatus
  readonly reachability: { readonly state: string; readonly says: string }
  readonly findings: readonly DatabaseFinding[]
  readonly topics: readonly TopicReport[]
  readonly changes: DatabaseChanges | null
  /** The last one of what uses the database. */
  readonly rollout: {
    readonly at: string
    readonly object: ObjectReference
    readonly changes: DatabaseChanges | null
  } | null
  readonly trend: { readonly since: string; readonly items: readonly DatabaseTrend[] } | null
}

export interface DatabaseTrend {
  readonly what: string
  readonly unit: Unit
  readonly first: number
  readonly now: number
  readonly at: string
  readonly most: number
  readonly perDay: number | null
}

export interface DatabaseChanges {
  readonly since: string
  readonly items: readonly { readonly what: string; readonly says: string }[]
}

export interface ListedDatabase {
  readonly name: string
  readonly kind: 'postgres' | 'redis'
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}
