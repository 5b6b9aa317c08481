import type { Reference } from '@akashic/kubernetes'
import type { Finding } from '../finding/finding.ts'
import type { DatabaseClient } from './database-client.ts'
import type { Place } from './reachability.ts'
import type { Thresholds } from './thresholds.ts'

export const topicNames = [
  ...(['connections', 'locks', 'slow', 'indexes', 'bloat', 'vacuum'] as const),
  ...(['sequences', 'replication', 'wal', 'cache', 'settings'] as const),
] as const
export type TopicName = (typeof topicNames)[number]

/** What is known of a server before topics are read. */
export interface ServerFacts {
  /** As 150018. */
  readonly versionNumber: number
  readonly version: string
  readonly isInRecovery: boolean
  readonly database: string
  readonly user: string
  /** Whether the login may see what all sessions do. */
  readonly isMonitor: boolean
  readonly startedAt: Date
  /** By the server's clock. */
  readonly now: Date
  readonly extensions: Readonly<Record<string, { readonly version: string; readonly schema: string }>>
}

/** One database to read from. */
export interface Source {
  readonly server: ServerFacts
  readonly thresholds: Thresholds
  readonly read: DatabaseClient['read']
  readonly together: DatabaseClient['together']
}

/** Pods that open connections. */
export interface PoolUser {
  readonly cluster: string
  readonly workload: Reference
  /** Pods that it may come to have. */
  readonly pods: number
  /** What sets that number, as `HorizontalPodAutoscaler shop/web maxReplicas`. */
  readonly by: string
}

/** What is known around a database. */
export interface Around {
  /** Name of the database in the configuration. */
  readonly name: string
  readonly place: Place
  readonly thresholds: Thresholds
  readonly poolSize: number | null
  readonly poolUsers: readonly PoolUser[]
  /** The pod and the workload behind the address of a session; null where no cluster has it. */
  readonly ownerOf: (address: string) => { readonly pod: Reference; readonly workload: Reference } | null
}

export type Unit = 'text' | 'count' | 'bytes' | 'ms' | 'seconds' | 'ratio' | 'instant'

/** Rows that tell what their columns are, so that whoever shows them needs to know no topic. */
export interface Table {
  readonly title: string
  readonly columns: readonly { readonly key: string; readonly heading: string; readonly unit: Unit }[]
  readonly rows: readonly Readonly<Record<string, string | number | null>>[]
}

/** What could not be read, and how it could be. */
export interface Unknown {
  readonly what: string
  readonly reason: string
  readonly howToGet: string | null
}

/** What a topic has to say. */
export interface Judged {
  /** A sentence for when nothing is wrong. */
  readonly says: string
  readonly tables: readonly Table[]
  readonly findings: readonly Finding[]
  readonly unknown: readonly Unknown[]
}

/** One thing to know of a database: what is read, and what that means. `judge` is pure. */
export interface Topic<Figures> {
  readonly name: TopicName
  /** Ids of what it may find. */
  readonly rules: readonly string[]
  /** Looked at each ten minutes only, when nobody asks: it reads much. */
  readonly isHeavy: boolean
  read(source: Source): Promise<Figures>
  judge(figures: Figures, around: Around, server: ServerFacts): Judged
}

/** A topic whose figures only it needs to know. */
export interface AnyTopic {
  readonly name: TopicName
  readonly rules: readonly string[]
  readonly isHeavy: boolean
  report(source: Source, around: Around): Promise<Judged>
}

export const anyTopic = <Figures>(topic: Topic<Figures>): AnyTopic => ({
  name: topic.name,
  rules: topic.rules,
  isHeavy: topic.isHeavy,
  report: async (source, around) => topic.judge(await topic.read(source), around, source.server),
})
