import { OpsError } from '@akashic/shared/errors'
import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import type { Clusters } from '../cluster/clusters.ts'
import type { KnownComponent } from '../component/known-components.ts'
import { evidenceDocument } from '../finding/finding-document.ts'
import type { Finding } from '../finding/finding.ts'
import { aroundDatabase } from './around.ts'
import { changesBetween } from './changes.ts'
import type { Databases, WatchedDatabase } from './databases.ts'
import { readReport, type DatabaseReport } from './read-report.ts'
import { readSample } from './read-sample.ts'
import { sampleBefore } from './store.ts'
import { topicNames, type AnyTopic } from './topic.ts'
import { topics } from './topics.ts'

export interface DatabaseDeps {
  readonly db: Database
  readonly clock: Clock
  readonly databases: Databases
  readonly clusters: Pick<Clusters, 'all'>
  readonly components: () => Promise<readonly KnownComponent[]>
  readonly monotonicMs: () => number
}

const deadlineMs = 12_000
const hourMs = 3_600_000
/** Samples that may be missing around that hour. */
const mostMissedMs = 1_800_000

/** Reads topics of a database now. */
export async function lookAt(
  { clusters, components, monotonicMs }: DatabaseDeps,
  database: WatchedDatabase,
  wanted: readonly AnyTopic[],
): Promise<DatabaseReport> {
  const around = aroundDatabase(database, await components(), clusters)
  return readReport({ client: database.client, topics: wanted, around, monotonicMs, deadlineMs })
}

/** The databases that are looked at, without asking them. */
export const listDatabases = ({ databases }: Pick<DatabaseDeps, 'databases'>) =>
  databases.all().map(({ spec, client }) => {
    const { host, port, user, database } = client.place
    return { name: spec.name, host, port, user, database, component: spec.component ?? null }
  })

/** The report on a database. @param topic empty for all of them. @throws OpsError not_found. */
export async function showDatabase(deps: DatabaseDeps, name: string, topic: string) {
  const database = deps.databases.named(name)
  const wanted = topic === '' ? topics : topics.filter((each) => each.name === topic)
  if (wanted.length === 0)
    throw new OpsError('not_found', `There is no topic ${topic}; there are ${topicNames.join(', ')}.`)
  const report = await lookAt(deps, database, wanted)
  return { ...reportDocument(report), changes: await changesOf(deps, database, report) }
}

/** What is other than an hour ago, of a database that can be reached. Null where nothing was kept of that time. */
async function changesOf({ db, clock }: DatabaseDeps, { spec, client }: WatchedDatabase, { server }: DatabaseReport) {
  const hourAgo = clock.now() - hourMs
  const before = await sampleBefore(db, spec.name, new Date(hourAgo), new Date(hourAgo - mostMissedMs))
  if (server === null || before === null) return null
  const now = await readSample(client, server, null).catch(() => null)
  return now === null ? null : { since: before.at.toISOString(), items: changesBetween(before.sample, now) }
}

function reportDocument({ findings, topics: read, ...report }: DatabaseReport) {
  return {
    ...report,
    findings: findings.map(findingDocument),
    topics: read.map((topic) => ({
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
