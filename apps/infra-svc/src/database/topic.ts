import type { DatabaseClient } from './database-client.ts'
import type { ServerDocument, Surroundings, TopicOutline } from './engine.ts'
import type { Judged } from './judged.ts'
import type { Thresholds } from './thresholds.ts'

export const topicNames = [
  ...(['connections', 'locks', 'slow', 'indexes', 'bloat', 'vacuum'] as const),
  ...(['sequences', 'replication', 'wal', 'cache', 'settings'] as const),
] as const
export type TopicName = (typeof topicNames)[number]

/** What is known of a server before topics are read. */
export interface ServerFacts extends ServerDocument {
  /** As 150018. */
  readonly versionNumber: number
  readonly database: string
  readonly user: string
  /** Whether the login may see what all sessions do. */
  readonly isMonitor: boolean
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
  readonly previous: Surroundings['previous']
  readonly earlier: Surroundings['earlier']
}

/** What is known around a database. */
export interface Around extends Surroundings {
  readonly thresholds: Thresholds
}

/** One thing to know of a database: what is read, and what that means. `judge` is pure. */
export interface Topic<Figures> extends TopicOutline {
  readonly name: TopicName
  read(source: Source): Promise<Figures>
  judge(figures: Figures, around: Around, server: ServerFacts): Judged
}

/** A topic whose figures only it needs to know. */
export interface AnyTopic extends TopicOutline {
  report(source: Source, around: Around): Promise<Judged>
}

export const anyTopic = <Figures>(topic: Topic<Figures>): AnyTopic => ({
  name: topic.name,
  rules: topic.rules,
  isHeavy: topic.isHeavy,
  report: async (source, around) => topic.judge(await topic.read(source), around, source.server),
})
