import { infraEvents, makeEvent } from '@akashic/events'
import type { ClusterView } from '@akashic/kubernetes'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Outbox } from '@akashic/shared/events'
import { uuidv7 } from '@akashic/shared/ids'
import type { Database } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import type { Diagnosis, Scope } from '../cause/diagnosis.ts'
import type { Change } from '../change/change.ts'
import type { Clusters, FollowedCluster } from '../cluster/clusters.ts'
import { diagnose } from './diagnose.ts'
import { diagnosisDocument } from './diagnosis-document.ts'
import type { Databases } from '../database/databases.ts'
import { usedDatabases } from '../database/used-databases.ts'
import { usedComponents } from '../performance/used-components.ts'
import type { InfraMetrics } from '../metrics.ts'
import type { Runbook } from '../runbook/runbook.ts'
import type { KnownComponent } from '../component/known-components.ts'
import { dependenciesOf } from './dependencies.ts'
import { insertDiagnosis, readDiagnosis, saveProblem, saveProgress, saveResult, type KeptDiagnosis } from './store.ts'

export interface CreateDiagnosisDeps {
  readonly db: Database
  readonly outbox: Outbox
  readonly clock: Clock
  readonly log: Logger
  readonly clusters: Clusters
  readonly databases: Pick<Databases, 'all'>
  readonly components: () => Promise<readonly KnownComponent[]>
  readonly runbooks: () => readonly Runbook[]
  /** What was changed in a cluster before, the earliest first. */
  readonly changes: (view: ClusterView, nowMs: number) => Promise<readonly Change[]>
  readonly metrics: Pick<InfraMetrics, 'diagnosed'>
}

export interface Asked {
  readonly cluster: string
  readonly scope: Scope
  readonly incidentId: string | null
  /** Only what came since then counts, ms since 1970; all that is known unless given. */
  readonly since?: number
  /** Of an incident's diagnoses in one cluster, from 1. */
  readonly attempt?: number
  readonly requestedBy: string
}

const deadlineMs = 20_000

/** It was cancelled while it ran. */
class NotWanted extends Error {}

/** Begins a diagnosis. @returns its id, and when it is finished; null where another replica makes it for the incident. */
export async function createDiagnosis(
  deps: CreateDiagnosisDeps,
  { cluster: name, scope, incidentId, since, attempt = 1, requestedBy }: Asked,
): Promise<{ readonly id: string; readonly finished: Promise<void> } | null> {
  const { db, clock, clusters } = deps
  const cluster = clusters.named(name)
  if (!cluster.isRead())
    throw new OpsError('unavailable', `Cluster ${cluster.name} is still being read; try again in a few seconds.`)
  const now = clock.now()
  const id = uuidv7(now)
  const row = { id, cluster: cluster.name, scope, incidentId, attempt, requestedBy, at: new Date(now) }
  if (!(await insertDiagnosis(db, row))) return null
  return { id, finished: run(deps, id, cluster, scope, { incidentId, since }) }
}

async function run(
  deps: CreateDiagnosisDeps,
  id: string,
  cluster: FollowedCluster,
  scope: Scope,
  { incidentId, since }: { readonly incidentId: string | null; readonly since: number | undefined },
): Promise<void> {
  const { db, clock, outbox, log, metrics } = deps
  const now = clock.now()
  try {
    const { model: view, client, secretNamespaces } = cluster
    const signal = AbortSignal.timeout(deadlineMs)
    const components = await deps.components()
    const used = await usedDatabases(deps, components, cluster.name)
    const performing = await usedComponents(deps, components, cluster.name)
    const dependencies = dependenciesOf(components, cluster.name)
    const answer = await diagnose(
      {
        view,
        client,
        secretNamespaces,
        now,
        since,
        changes: await deps.changes(view, now),
        dependencies: (workload) => [
          ...dependencies(workload),
          ...used.neededBy(workload),
          ...performing.neededBy(workload),
        ],
        outside: [...used.findings, ...performing.findings],
        runbooks: deps.runbooks(),
        signal,
        onProgress: async (step) => {
          if (!(await saveProgress(db, id, step))) throw new NotWanted()
        },
      },
      scope,
    )
    await db.transaction(async (tx) => {
      const isWanted = await saveResult(tx, id, diagnosisDocument(answer), new Date(clock.now()))
      if (isWanted) await outbox.add(tx, [completed(id, answer, incidentId, clock.now())])
    })
    metrics.diagnosed(answer.verdict, clock.now() - now)
  } catch (error) {
    if (error instanceof NotWanted) return
    metrics.diagnosed('failed', clock.now() - now)
    log.error({ err: error, diagnosis: id }, 'a diagnosis failed')
    await saveProblem(db, id, 'it could not be made; the log says why', new Date(clock.now())).catch(() => undefined)
  }
}

function completed(
  id: string,
  { cluster, verdict, summary, causes }: Diagnosis,
  incidentId: string | null,
  nowMs: number,
) {
  const [first] = causes
  const data = {
    ...{ cluster, diagnosisId: id, verdict, summary: summary.slice(0, 1_000), at: new Date(nowMs).toISOString() },
    ...(verdict === 'cause_established' && first && { cause: first.object }),
    ...(incidentId !== null && { incidentId }),
  }
  const about = { id, ...(incidentId !== null && { incidentId }) }
  return makeEvent(infraEvents.diagnosis_completed, about, data, { nowMs, actor: 'service:infra' })
}

/** @throws OpsError not_found. */
export async function getDiagnosis(db: Database, id: string): Promise<KeptDiagnosis> {
  const found = /^[0-9a-f-]{36}$/i.test(id) ? await readDiagnosis(db, id) : null
  if (!found) throw new OpsError('not_found', `There is no diagnosis ${id}; it may have been deleted.`)
  return found
}
