import type { Outbox } from '@akashic/shared/events'
import type { Database } from '@akashic/shared/postgres'
import type { Finding } from '../finding/finding.ts'
import { findingId } from '../finding/finding-id.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { holdLease, writeFindings } from '../finding/write-findings.ts'
import type { WatchedDatabase } from './databases.ts'
import type { TopicOutline } from './engine.ts'
import type { DatabaseReport } from './read-report.ts'
import { lookAt, type DatabaseDeps } from './show-database.ts'
import { saveSample } from './store.ts'

export interface DatabaseKeeperDeps extends DatabaseDeps {
  readonly db: Database
  readonly outbox: Outbox
  /** Names this replica in leases. */
  readonly replicaId: string
}

const leaseMs = 90_000
const heavyEveryMs = 600_000

/** The name under which findings of a database are kept, beside those of clusters. */
export const sourceOf = (name: string): string => `database/${name}`

export interface DatabaseKeeper {
  /** Looks at a database, and writes a sample and what has become of its findings. One replica at a time does. */
  keep(database: WatchedDatabase, nowMs: number): Promise<void>
}

export function createDatabaseKeeper(deps: DatabaseKeeperDeps): DatabaseKeeper {
  const heavyAt = new Map<string, number>()
  return {
    keep: async (database, nowMs) => {
      const { name } = database.spec
      const source = sourceOf(name)
      if (!(await holdLease(deps.db, source, deps.replicaId, leaseMs))) return
      const { topics } = database.engine
      const isHeavy = nowMs - (heavyAt.get(name) ?? 0) >= heavyEveryMs
      const { report, sample } = await lookAt(
        deps,
        database,
        topics.filter((topic) => isHeavy || !topic.isHeavy),
      )
      if (report.reachability.state === 'reachable' && isHeavy) heavyAt.set(name, nowMs)
      if (sample) await saveSample(deps.db, name, new Date(nowMs), sample)
      await writeFindings(deps, { source, nowMs, isDue: true, see: (open) => seenIn(report, source, open, topics) })
    },
  }
}

/** What a report says of the findings that are open: what it could not look at has not ended. */
export function seenIn(
  report: DatabaseReport,
  source: string,
  open: readonly GroupedFinding[],
  topics: readonly TopicOutline[],
) {
  const topicOf = new Map(topics.flatMap(({ name, rules }) => rules.map((rule) => [rule, name] as const)))
  const found = [...report.findings, ...report.topics.flatMap(({ findings }) => findings)].map((finding) =>
    keptFinding(finding, source),
  )
  const seen = new Set(found.map(({ id }) => id))
  const read = new Set(report.topics.filter(({ isRead }) => isRead).map(({ topic }) => topic))
  const wasLookedAt = (rule: string): boolean => {
    const topic = topicOf.get(rule)
    return topic === undefined ? report.reachability.state === 'reachable' : read.has(topic)
  }
  const mayHold = (each: GroupedFinding): boolean => report.topics.some((topic) => topic.mayHold?.(each) ?? false)
  return { found, ended: open.filter((each) => !seen.has(each.id) && wasLookedAt(each.rule) && !mayHold(each)) }
}

export const keptFinding = (finding: Finding, source: string): GroupedFinding => ({
  ...finding,
  ...{ id: findingId(source, finding.rule, finding.object, finding.part), cluster: source },
  ...{ affected: [finding.object], affectedCount: 1 },
})
