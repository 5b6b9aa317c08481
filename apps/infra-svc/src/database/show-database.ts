import { OpsError } from '@akashic/shared/errors'
import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import type { Clusters } from '../cluster/clusters.ts'
import type { KnownComponent } from '../component/known-components.ts'
import { evidenceDocument } from '../finding/finding-document.ts'
import type { Finding } from '../finding/finding.ts'
import { aroundDatabase } from './around.ts'
import type { Databases, WatchedDatabase } from './databases.ts'
import type { AgedSample, TopicOutline } from './engine.ts'
import { keptSample } from './kept-sample.ts'
import { readReport, type DatabaseLook, type DatabaseReport } from './read-report.ts'
import { sinceAnHour, sinceRollout } from './since.ts'
import type { KeptSample } from './store.ts'
import { trendOf } from './trend.ts'

export interface DatabaseDeps {
  readonly db: Database
  readonly clock: Clock
  readonly databases: Databases
  readonly clusters: Pick<Clusters, 'all'>
  readonly components: () => Promise<readonly KnownComponent[]>
  readonly monotonicMs: () => number
}

const deadlineMs = 12_000
/** Between these two ages a sample tells what happens now. */
const previousMs = { least: 5_000, most: 600_000 }
const earlierMs = 3_600_000

/** Reads topics of a database now, or when those who came before have been served. */
export const lookAt = (
  deps: DatabaseDeps,
  database: WatchedDatabase,
  topics: readonly TopicOutline[],
): Promise<DatabaseLook> => database.looks(topics, () => lookNow(deps, database, topics))

async function lookNow(
  deps: DatabaseDeps,
  database: WatchedDatabase,
  topics: readonly TopicOutline[],
): Promise<DatabaseLook> {
  const [components, previous, earlier] = await Promise.all([
    deps.components(),
    keptSample(deps, database, { leastMs: previousMs.least, mostMs: previousMs.most }, 'newest'),
    keptSample(deps, database, { leastMs: previousMs.least, mostMs: earlierMs }, 'oldest'),
  ])
  const aged = (kept: KeptSample | null): AgedSample | null =>
    kept && { sample: kept.sample, ageMs: deps.clock.now() - kept.at.getTime() }
  const around = {
    ...aroundDatabase(database, deps.databases.all(), components, deps.clusters),
    ...{ previous: aged(previous), earlier: aged(earlier) },
  }
  return readReport({ engine: database.engine, topics, around, monotonicMs: deps.monotonicMs, deadlineMs })
}

/** The databases that are looked at, without asking them. */
export const listDatabases = ({ databases }: Pick<DatabaseDeps, 'databases'>) =>
  databases.all().map(({ spec, engine }) => {
    const { host, port, user, database } = engine.place
    return { name: spec.name, kind: engine.kind, host, port, user, database, component: spec.component ?? null }
  })

/** The report on a database. @param topic empty for all of them. @throws OpsError not_found. */
export async function showDatabase(deps: DatabaseDeps, name: string, topic: string) {
  const database = deps.databases.named(name)
  const { topics } = database.engine
  const wanted = topic === '' ? topics : topics.filter((each) => each.name === topic)
  if (wanted.length === 0)
    throw new OpsError(
      'not_found',
      `There is no topic ${topic}; there are ${topics.map((each) => each.name).join(', ')}.`,
    )
  const { report, sample } = await lookAt(deps, database, wanted)
  const [changes, rollout, trend] = await Promise.all([
    sinceAnHour(deps, database, sample),
    sinceRollout(deps, database, sample),
    trendOf(deps, database, sample),
  ])
  return { ...reportDocument(report), changes, rollout, trend }
}

function reportDocument({ findings, topics: read, ...report }: DatabaseReport) {
  return {
    ...report,
    findings: findings.map(findingDocument),
    topics: read.map(({ mayHold: _mayHold, ...topic }) => ({
      ...topic,
      tookMs: Math.round(topic.tookMs),
      findings: topic.findings.map(findingDocument),
    })),
  }
}

const findingDocument = ({ rule, severity, object, part, reason, summary, evidence, remedies, since }: Finding) => ({
  ...{ rule, severity, object, part, reason, summary, remedies },
  evidence: evidence.map(evidenceDocument),
  since: since === null ? null : new Date(since).toISOString(),
})
