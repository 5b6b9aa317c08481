import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRedisUrl, type ClusterSpec, type Config } from '@akashic/config'
import type { ClusterView, Reference } from '@akashic/kubernetes'
import { topics } from '@akashic/events'
import { incidentService, infraService, statusService, type IncidentService, type StatusService } from '@akashic/proto'
import type { Environment, LiveConfig } from '@akashic/shared/config'
import { OpsError } from '@akashic/shared/errors'
import { createOutbox, createRelay } from '@akashic/shared/events'
import { every } from '@akashic/shared/lifecycle'
import type { Health, Module, Platform } from '@akashic/shared/module'
import { analyse } from './analyse/analyse.ts'
import { auditSettings } from './autoscaling/settings.ts'
import { knownChanges } from './change/known-changes.ts'
import { createChangeRecorder } from './change/record-changes.ts'
import { deleteOldChanges } from './change/store.ts'
import { assertSeen } from './cluster/assert-seen.ts'
import { createClusters } from './cluster/clusters.ts'
import { knownComponents, type KnownComponent } from './component/known-components.ts'
import { openDatabaseClient } from './database/database-client.ts'
import { createDatabases } from './database/databases.ts'
import { createDatabaseKeeper } from './database/keep-database.ts'
import { postgresEngine } from './database/postgres-engine.ts'
import { deleteOldSamples } from './database/store.ts'
import { diagnoseAgain } from './diagnosis/diagnose-again.ts'
import { diagnoseIncident } from './diagnosis/diagnose-incident.ts'
import { deleteOld, failAbandoned } from './diagnosis/store.ts'
import { createFindingKeeper } from './finding/keep-findings.ts'
import { deleteResolved } from './finding/store.ts'
import { readReleases } from './helm/read-releases.ts'
import { deleteOld as deleteOldLoadTests, failSilent } from './load-test/store.ts'
import { troubleOf } from './load-test/trouble-of.ts'
import { nodesToAsk } from './kubelet/read-summaries.ts'
import { noLogs } from './log/log-lines.ts'
import { createInfraMetrics } from './metrics.ts'
import { nodeReport } from './node-report/node-report.ts'
import { readUsage } from './node-report/read-usage.ts'
import { askAddress } from './quick-diagnosis/ask-address.ts'
import { quickDiagnosis } from './quick-diagnosis/quick-diagnosis.ts'
import { keepPerformance } from './performance/keep-performance.ts'
import { openRedis } from './redis/open-redis.ts'
import { showRollout } from './rollout/show-rollout.ts'
import { infraHandlers } from './rpc.ts'
import { readRunbooks } from './runbook/read-runbooks.ts'
import type { Runbook } from './runbook/runbook.ts'
import { subscribe } from './subscriptions.ts'
import { keepUsage, thinUsage } from './usage/keep-usage.ts'

/** The migrations of this service; the process runs them before `start`. */
export const migrations = { schema: 'infra', dir: fileURLToPath(new URL('./migrations', import.meta.url)) }

const keepEveryMs = 1_000
const pruneEveryMs = 600_000
const againEveryMs = 5_000
const silentLoadTestMs = 15_000
const releasesEveryMs = 5_000
const volumesEveryMs = 5_000
const abandonedMs = 40_000
const resolvedKeptMs = 30 * 86_400_000
const relayStopMs = 3_000
const lookEveryMs = 60_000
const measureEveryMs = 60_000
const samplesKeptMs = 7 * 86_400_000

type Addresses = Pick<Environment, 'kubeconfig'>

/** Clusters: what is wrong, why, and what was changed. It reads, and holds nothing that could change a cluster. */
export function createInfraModule(config: LiveConfig<Config>, platform: Platform, addresses: Addresses): Module {
  const { db, clock, random } = platform
  const log = platform.log.child({ module: 'infra' })
  const outbox = createOutbox('infra')
  const relay = createRelay({ ...platform, schema: 'infra', bus: platform.events, topics, log })
  const status = platform.rpcClients.client<StatusService>('status', statusService)
  const recorder = createChangeRecorder({ db, outbox, clock, random, log })
  const clusters = createClusters({ ...{ clock, random, log }, onChange: (change) => recorder.add(change) })
  const monotonicMs = () => platform.monotonicMs()
  const databases = createDatabases((spec) =>
    isRedisUrl(spec.url) ? openRedis(spec, { clock, monotonicMs }) : postgresEngine(openDatabaseClient(spec)),
  )
  const metrics = createInfraMetrics(platform.metrics, clusters)
  const keeper = createFindingKeeper({ db, outbox, replicaId: platform.replicaId, metrics })
  const incidents = platform.rpcClients.client<IncidentService>('status', incidentService)
  const components = () => knownComponents({ status, configured: () => config.current().components, log })
  let runbooks: readonly Runbook[] = []
  const loadRunbooks = async () => {
    const onProblem = (file: string, problem: string) => log.warn({ file, problem }, 'a runbook cannot be used')
    runbooks = await readRunbooks(config.current().infra.runbooks ?? null, onProblem)
  }
  const diagnosing = {
    db,
    outbox,
    clock,
    log,
    metrics,
    clusters,
    databases,
    components,
    incidents,
    runbooks: () => runbooks,
    changes: (view: ClusterView, nowMs: number) => knownChanges({ db, recorder }, view, nowMs),
  }
  let isStarted = false
  const stops: (() => void | Promise<void>)[] = []

  async function nodes(name: string) {
    const { model: view, client } = clusters.named(name)
    const now = clock.now()
    assertSeen(view, ['Node'], now)
    const usage = await readUsage(client, nodesToAsk(view))
    const findings = analyse({ view, now, logs: noLogs })
    return nodeReport({ view, now, usage, findings, thresholds: config.current().infra.nodes })
  }

  async function rollout(name: string, workload: Reference) {
    const { model, client, secretNamespaces } = clusters.named(name)
    assertSeen(model, ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'], clock.now())
    const readable = secretNamespaces.filter((namespace) => namespace === workload.namespace)
    const { releases } = await readReleases(client, readable)
    return showRollout(model, workload, { now: clock.now(), releases })
  }

  const quick = () =>
    quickDiagnosis({
      ...{ clock, monotonicMs, db, clusters, status },
      settings: () => config.current().infra,
      ask: (url, signal) => askAddress(url, signal, config.current().outbound),
    })

  const stopping = new AbortController()
  const loadTests = {
    ...{ db, clock, log, components, random: () => random(), stopping: stopping.signal },
    settings: () => config.current().infra.loadTests,
    allowHosts: () => config.current().outbound.allowHosts,
    troubleOf: (watched: readonly KnownComponent[]) => troubleOf({ status, incidents }, watched),
  }

  const looking = { db, clock, databases, clusters, components, monotonicMs }
  const performance = {
    ...{ db, clock, clusters, databases, components, status, runbooks: () => runbooks },
    settings: () => config.current().infra.performance,
    resultsKept: () => config.current().retention.results,
    outbound: () => config.current().outbound,
  }
  const databaseKeeper = createDatabaseKeeper({ ...looking, outbox, replicaId: platform.replicaId })

  platform.rpcServer.add(
    infraService,
    infraHandlers({
      ...{ ...diagnosing, nodes, quick, loadTests, performance, rollout },
      databaseReports: looking,
      autoscaling: { ...looking, settings: () => auditSettings(config.current().infra) },
      assertStarted: () => {
        if (!isStarted) throw new OpsError('unavailable', 'The infrastructure service is starting.')
      },
    }),
  )

  const follow = () => clusters.apply(clustersOf(config.current().clusters, addresses.kubeconfig))
  let hasBegun = false

  /** What needs something to look at begins with the first of it, be it by a reload: without one nothing of the database is held. */
  async function begin(): Promise<void> {
    databases.apply(config.current().databases)
    await Promise.all([follow(), loadRunbooks()])
    const isAsked =
      clusters.all().length + databases.all().length > 0 || performance.settings().prometheus !== undefined
    if (hasBegun || !isAsked) return
    hasBegun = true
    await relay.start()
    stops.push(() => relay.stop(relayStopMs))
    const heard = await subscribe({
      events: platform.events,
      onIncidentOpened: (incidentId) => diagnoseIncident(diagnosing, incidentId),
    })
    stops.push(() => heard.stop(relayStopMs))
  }

  return {
    name: 'infra',
    start: async () => {
      await begin()
      isStarted = true
      stops.push(
        config.onReload(begin),
        every({ clock, log }, keepEveryMs, 'keeping findings', async (now) => {
          for (const cluster of clusters.all()) await keeper.keep(cluster, now)
        }),
        every({ clock, log }, releasesEveryMs, 'reading releases of Helm', async (now) => {
          for (const cluster of clusters.all()) if (cluster.isRead()) await cluster.releases.refresh(now)
        }),
        every({ clock, log }, volumesEveryMs, 'reading how full claims are', async (now) => {
          for (const cluster of clusters.all()) if (cluster.isRead()) await cluster.volumes.refresh(now)
        }),
        every({ clock, log }, silentLoadTestMs, 'ending load tests of lost replicas', async (now) => {
          if (loadTests.settings().allowedOrigins.length > 0) await failSilent(db, silentLoadTestMs, new Date(now))
        }),
        every({ clock, log }, lookEveryMs, 'looking at databases', async (now) => {
          await Promise.all(databases.all().map((database) => databaseKeeper.keep(database, now)))
        }),
        every({ clock, log }, lookEveryMs, 'measuring components', async (now) => {
          if (hasBegun) await keepPerformance({ ...performance, outbox, replicaId: platform.replicaId }, now)
        }),
        every({ clock, log }, measureEveryMs, 'measuring pods', async (now) => {
          const read = clusters.all().filter((cluster) => cluster.isRead())
          await Promise.all(read.map((cluster) => keepUsage({ db, replicaId: platform.replicaId }, cluster, now)))
        }),
        every({ clock, log }, againEveryMs, 'diagnosing again', async (now) => {
          if (clusters.all().length === 0) return
          await failAbandoned(db, abandonedMs, new Date(now))
          await diagnoseAgain(diagnosing, now)
        }),
        every({ clock, log }, pruneEveryMs, 'removing old findings and diagnoses', async (now) => {
          const kept = new Date(now - config.current().infra.diagnoses.keep)
          await deleteOld(db, kept)
          await deleteOldChanges(db, kept)
          await deleteOldLoadTests(db, new Date(now - config.current().infra.loadTests.keep))
          await deleteOldSamples(db, new Date(now - samplesKeptMs))
          await deleteResolved(db, new Date(now - resolvedKeptMs))
          await thinUsage(db, config.current().infra.usage.keep, now)
        }),
      )
    },
    stop: async () => {
      stopping.abort()
      for (const stop of stops.toReversed()) await stop()
      databases.stop()
      await clusters.stop()
      await recorder.stop()
    },
    health: (): Health => {
      if (!isStarted) return { state: 'not_serving', reason: 'starting' }
      return hasBegun ? relay.health() : { state: 'serving' }
    },
  }
}

/** What the file names, found through KUBECONFIG unless it says how; else, where that is set, the one cluster of it. */
function clustersOf(configured: readonly ClusterSpec[], kubeconfig: string | null): readonly ClusterSpec[] {
  if (kubeconfig === null) return configured
  if (configured.length > 0) {
    // A list of files is joined by the client itself.
    const isList = kubeconfig.includes(delimiter)
    return configured.map((spec) => (spec.kubeconfig || spec.inCluster || isList ? spec : { ...spec, kubeconfig }))
  }
  return [{ name: 'default', kubeconfig, inCluster: false, secretNamespaces: [] }]
}
