import type { PerformanceSettings } from '@akashic/config'
import type { Reference } from '@akashic/kubernetes'
import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import type { OutboundRules } from '@akashic/shared/outbound'
import { lastRollout } from '../change/last-rollout.ts'
import type { Clusters, FollowedCluster } from '../cluster/clusters.ts'
import type { KnownComponent } from '../component/known-components.ts'
import { usersOf } from '../database/around.ts'
import type { Databases } from '../database/databases.ts'
import { statementMeans, type StatementMeans } from '../database/statement-means.ts'
import { lastResults } from '../load-test/last-results.ts'
import { outOfMemoryOf, type OutOfMemory } from '../memory/out-of-memory.ts'
import type { Compared } from './comparison.ts'
import { fewAtOnce } from './few-at-once.ts'
import type { Span } from './measures.ts'
import { measureWorkload, type MeasuredWorkload } from './resource/measure-workload.ts'
import { compareChecks } from './source/compare-checks.ts'
import type { ChecksClient } from './source/measure-checks.ts'
import { measureLoadTests } from './source/measure-load-tests.ts'
import { measurePrometheus, type PrometheusMeasures } from './source/measure-prometheus.ts'
import { spansOf, weekMs, type Deploy, type Spans } from './spans.ts'

export interface GatherDeps {
  readonly db: Database
  readonly clock: Pick<Clock, 'now'>
  readonly clusters: Pick<Clusters, 'all'>
  readonly databases: Pick<Databases, 'all'>
  readonly status: ChecksClient
  readonly settings: () => PerformanceSettings
  /** How long single results of checks are kept, ms. */
  readonly resultsKept: () => number
  readonly outbound: () => OutboundRules
}

/** All that is known of how components perform, before it is judged. */
export interface Gathered {
  readonly window: Span
  readonly spans: ReadonlyMap<string, Spans>
  /** By Prometheus, by checks and by load tests. */
  readonly measured: readonly Compared[]
  readonly queries: PrometheusMeasures['queries']
  readonly workloads: ReadonlyMap<string, MeasuredWorkload>
  readonly outOfMemory: readonly OutOfMemory[]
  /** By the name of the database. */
  readonly statements: ReadonlyMap<string, StatementMeans>
  /** Names of the databases that a component uses. */
  readonly databasesOf: ReadonlyMap<string, readonly string[]>
}

const atOnce = 4

/** Measures components by all that is configured, side by side. */
export async function gather(
  deps: GatherDeps,
  components: readonly KnownComponent[],
  signal: AbortSignal,
): Promise<Gathered> {
  const nowMs = deps.clock.now()
  const settings = deps.settings()
  const window = { fromMs: nowMs - settings.window, toMs: nowMs }
  const deploys = await fewAtOnce(components, atOnce, (component) => deployOf(deps, component, nowMs))
  const spans = new Map(components.map(({ id }, at) => [id, spansOf(nowMs, settings.window, deploys[at]!)]))
  const databasesOf = new Map(components.map((component) => [component.id, usedBy(deps.databases, component)]))
  const names = [...new Set([...databasesOf.values()].flat())]
  const [prometheus, checks, tests, workloads, outOfMemory, statements] = await Promise.all([
    measurePrometheus(settings, spans, deps.outbound, signal),
    compareChecks(deps.status, spans, { keptSinceMs: nowMs - deps.resultsKept(), signal }),
    loadTestsOf(deps, components),
    workloadsOf(deps, components, spans),
    memoryOf(deps, components, nowMs, signal),
    fewAtOnce(names, atOnce, (name) => statementMeans(deps.db, name, window)),
  ])
  return {
    ...{ window, spans, databasesOf, queries: prometheus.queries, workloads, outOfMemory },
    measured: [...prometheus.histograms, ...checks, ...tests],
    statements: new Map(names.map((name, at) => [name, statements[at]!])),
  }
}

/** The workload that runs a component, in a cluster that is followed. */
export function runningIn(
  clusters: Pick<Clusters, 'all'>,
  { targets }: KnownComponent,
): { readonly cluster: FollowedCluster | undefined; readonly workload: Reference } | null {
  const target = targets?.kubernetes
  if (!target) return null
  const { kind, namespace, name } = target
  return {
    cluster: clusters.all().find((cluster) => cluster.name === target.cluster),
    workload: { kind, namespace, name },
  }
}

async function deployOf({ db, clusters }: GatherDeps, component: KnownComponent, nowMs: number): Promise<Deploy> {
  const running = runningIn(clusters, component)
  if (running === null) return { atMs: null, reason: 'it is not known what runs it: targets.kubernetes' }
  const { cluster, workload } = running
  if (cluster === undefined) return { atMs: null, reason: 'its cluster is not followed' }
  const rollout = await lastRollout(db, cluster.model, workload, nowMs - weekMs)
  return { atMs: rollout?.at ?? null, reason: 'no deploy of it is known of the last seven days' }
}

const usedBy = (databases: Pick<Databases, 'all'>, component: KnownComponent): readonly string[] =>
  databases
    .all()
    // Redis counts commands, and no statements.
    .filter(({ spec, engine }) => engine.kind === 'postgres' && usersOf([component], spec).length > 0)
    .map(({ spec }) => spec.name)

async function loadTestsOf({ db }: GatherDeps, components: readonly KnownComponent[]): Promise<readonly Compared[]> {
  const results = await lastResults(db, components)
  return [...results].map(([id, result]) => {
    const { last, earlier } = measureLoadTests(id, result)
    const unknown = earlier === null ? 'it was run once' : null
    return { now: last, comparisons: [{ to: 'earlier_test', now: last, then: earlier, unknown }] }
  })
}

async function workloadsOf(
  { db, clusters }: GatherDeps,
  components: readonly KnownComponent[],
  spans: ReadonlyMap<string, Spans>,
): Promise<ReadonlyMap<string, MeasuredWorkload>> {
  const measured = await fewAtOnce(components, atOnce, async (component) => {
    const running = runningIn(clusters, component)
    const unmeasured = (reason: string): MeasuredWorkload => ({
      ...{ readings: [], uses: [], isSeen: false, unknown: [{ what: 'CPU and memory', reason, howToGet: null }] },
    })
    if (running === null) return null
    const { cluster, workload } = running
    if (cluster === undefined) return unmeasured('its cluster is not followed')
    return measureWorkload({ db, view: cluster.model }, component.id, workload, spans.get(component.id)!)
  })
  return new Map(
    components.flatMap(({ id }, at) => {
      const each = measured[at]
      return each ? [[id, each] as const] : []
    }),
  )
}

async function memoryOf(
  { clusters }: GatherDeps,
  components: readonly KnownComponent[],
  nowMs: number,
  signal: AbortSignal,
): Promise<readonly OutOfMemory[]> {
  const running = components.flatMap((component) => {
    const { cluster, workload } = runningIn(clusters, component) ?? {}
    return cluster && workload ? [{ cluster, workload }] : []
  })
  const byCluster = Map.groupBy(running, ({ cluster }) => cluster)
  const found = await Promise.all(
    [...byCluster].map(([{ model: view, client }, inCluster]) =>
      outOfMemoryOf(
        { view, client },
        inCluster.map(({ workload }) => workload),
        nowMs,
        signal,
      ),
    ),
  )
  return found.flat()
}
