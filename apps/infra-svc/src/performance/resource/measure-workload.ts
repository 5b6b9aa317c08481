import {
  hasEnded,
  referenceText,
  type ClusterView,
  type Container,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import type { Database } from '@akashic/shared/postgres'
import { podsOf } from '../../analyse/owner.ts'
import { usageOf, type UsageOfWorkload } from '../../usage/usage-of.ts'
import type { ContainerRun } from '../../usage/usage.ts'
import type { Span, Unknown } from '../measures.ts'
import type { Spans } from '../spans.ts'
import { askedBy, meanOf, memoryVerdict, mostOf, podUse, type PodUse } from './container-use.ts'
import type { ResourceComparison, ResourceReading } from './resource-reading.ts'

/** What was measured of a workload, and its pods as they are now. */
export interface MeasuredWorkload {
  readonly readings: readonly ResourceReading[]
  readonly uses: readonly ContainerUses[]
  /** Whether its pods, or that it has none, could be seen. */
  readonly isSeen: boolean
  readonly unknown: readonly Unknown[]
}

/** One container of a workload, in each of its pods. */
export interface ContainerUses {
  /** Where it was seen. */
  readonly view: ClusterView
  readonly container: Container
  readonly pods: readonly PodUse[]
}

const leakWatchedMs = 86_400_000

/** What the containers of a workload use, and what they are given. */
export async function measureWorkload(
  { db, view }: { readonly db: Database; readonly view: ClusterView },
  component: string,
  workload: Reference,
  spans: Spans,
): Promise<MeasuredWorkload> {
  const freshness = view.freshness('Pod')
  const nothing = (reason: string, howToGet: string | null): MeasuredWorkload => ({
    ...{ readings: [], uses: [], isSeen: freshness.state === 'fresh' },
    unknown: [{ what: 'CPU and memory', reason, howToGet }],
  })
  if (freshness.state !== 'fresh') return nothing(`the pods cannot be seen: ${freshness.reason}`, null)
  if (view.find(workload) === undefined)
    return nothing(
      `there is no ${referenceText(workload)} in cluster ${view.cluster}`,
      'Correct targets.kubernetes of the component',
    )
  const pods = podsOf(view, workload).filter((pod) => !hasEnded(pod) && pod.deletedAt === null)
  if (pods.length === 0) return nothing('it has no pods', null)
  const { window, lastWeek, deploy } = spans
  const read = (span: Span): Promise<UsageOfWorkload> =>
    usageOf(db, view.cluster, workload, { since: new Date(span.fromMs), until: new Date(span.toMs) })
  const [now, then, before] = await Promise.all([
    read({ fromMs: Math.min(window.fromMs, window.toMs - leakWatchedMs), toMs: window.toMs }),
    read(lastWeek),
    deploy && read(deploy.before),
  ])
  const uses = usesOf(view, pods, now.runs, window)
  const measured = { now: now.runs, lastWeek: then.runs, beforeDeploy: before?.runs ?? [] }
  const problem = now.reading?.problem ?? (now.reading === null ? 'its cluster was not asked for it yet' : null)
  const readings = uses.flatMap((each) => [
    readingOf(component, 'cpu', each, measured, spans, problem),
    readingOf(component, 'memory', each, measured, spans, problem),
  ])
  return { readings, uses, isSeen: true, unknown: [] }
}

function usesOf(
  view: ClusterView,
  pods: readonly Pod[],
  runs: readonly ContainerRun[],
  window: Span,
): readonly ContainerUses[] {
  const containers = new Map(
    pods
      .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
      .flatMap(({ spec }) => spec.containers.filter(({ role }) => role === 'app' || role === 'sidecar'))
      .toReversed()
      .map((container) => [container.name, container]),
  )
  const byPod = Map.groupBy(runs, ({ podUid, container }) => `${podUid}/${container}`)
  return [...containers.values()].map((container) => ({
    ...{ view, container },
    pods: pods.map(({ uid, name }) => podUse(name, byPod.get(`${uid}/${container.name}`) ?? [], window)),
  }))
}

interface Measured {
  readonly now: readonly ContainerRun[]
  readonly lastWeek: readonly ContainerRun[]
  readonly beforeDeploy: readonly ContainerRun[]
}

function readingOf(
  component: string,
  resource: 'cpu' | 'memory',
  { container, pods }: ContainerUses,
  measured: Measured,
  spans: Spans,
  problem: string | null,
): ResourceReading {
  const { request, limit } = askedBy(container, resource)
  const most = mostOf(pods, resource)
  const used = most?.[resource] ?? null
  const of = limit ?? request
  const isMemory = resource === 'memory'
  const memory = isMemory ? memoryVerdict(pods, limit, spans.window.toMs) : null
  return {
    ...{ component, resource, source: 'usage', name: container.name, unit: isMemory ? 'bytes' : 'cores' },
    ...{ used, usedBy: most?.pod ?? null, request, limit },
    utilisation: used === null || of === null || of === 0 ? null : used / of,
    ...{ saturation: null, errors: null },
    comparisons: comparisonsOf(resource, container.name, measured, spans),
    memory,
    unknown: unknownOf(resource, container.name, { used, of, limit, isHigh: memory?.isHigh }, problem),
  }
}

interface Known {
  readonly used: number | null
  readonly of: number | null
  readonly limit: number | null
  /** Absent for CPU. */
  readonly isHigh: boolean | null | undefined
}

function unknownOf(
  resource: 'cpu' | 'memory',
  container: string,
  { used, of, limit, isHigh }: Known,
  problem: string | null,
): readonly Unknown[] {
  const isCpu = resource === 'cpu'
  const what = `${isCpu ? 'CPU' : 'memory'} of container ${container}`
  if (used === null) return [{ what, reason: problem ?? 'it was not measured lately', howToGet: null }]
  if (isCpu ? of === null : limit === null)
    return [
      {
        what: `whether the ${what} is much`,
        reason: `it has no ${isCpu ? 'request and no limit' : 'limit'}`,
        howToGet: `Set resources.${isCpu ? 'requests.cpu' : 'limits.memory'} of it`,
      },
    ]
  const reason = 'it was not measured for ten minutes yet'
  return isHigh === null ? [{ what: `whether the ${what} stays high`, reason, howToGet: null }] : []
}

function comparisonsOf(
  resource: 'cpu' | 'memory',
  container: string,
  { now, lastWeek, beforeDeploy }: Measured,
  { window, lastWeek: weekAgo, deploy, noDeploy }: Spans,
): readonly ResourceComparison[] {
  const mean = (runs: readonly ContainerRun[], span: Span): number | null =>
    meanOf(
      runs.filter((run) => run.container === container),
      span,
      ({ cpuMean, memoryMean }) => (resource === 'cpu' ? cpuMean : memoryMean),
    )
  const compared = (to: ResourceComparison['to'], here: number | null, then: number | null): ResourceComparison => ({
    ...{ to, now: here, then, unknown: then === null ? 'it was not measured then' : null },
  })
  return [
    compared('last_week', mean(now, window), mean(lastWeek, weekAgo)),
    deploy === null
      ? { to: 'before_deploy', now: mean(now, window), then: null, unknown: noDeploy }
      : compared('before_deploy', mean(now, deploy.after), mean(beforeDeploy, deploy.before)),
  ]
}
