import {
  referenceText,
  referenceTo,
  type ClusterView,
  type CronJob,
  type DaemonSet,
  type Deployment,
  type Job,
  type Reference,
  type StatefulSet,
} from '@akashic/kubernetes'
import { pageLimit } from '@akashic/shared/access'
import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import { z } from 'zod'
import { analyse } from '../analyse/analyse.ts'
import { assertNamespaceThere } from '../cluster/assert-seen.ts'
import type { Severity } from '../finding/finding.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { noLogs } from '../log/log-lines.ts'
import { assertNamespace } from '../network/cluster-names.ts'

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const
type Workload = Deployment | StatefulSet | DaemonSet | Job | CronJob
export type WorkloadStatus = 'critical' | 'warning' | 'progressing' | 'healthy' | 'idle' | 'unknown'

/** A workload as lists show it. */
export interface WorkloadSummary extends Reference {
  /** progressing: not all that is wanted is ready, and nothing is found wrong. idle: nothing of it is to run now. unknown:
   *  its pods cannot be seen. */
  readonly status: WorkloadStatus
  readonly wanted: number
  readonly ready: number
  /** Of the newest template; null where there are no revisions. */
  readonly updated: number | null
  readonly images: readonly string[]
  readonly revision: string
  readonly createdAt: string | null
  /** The worst that was found wrong with it; null where nothing is. */
  readonly worst: {
    readonly rule: string
    readonly severity: Severity
    readonly reason: string
    readonly summary: string
  } | null
  readonly findings: number
}

export interface WorkloadPage {
  readonly workloads: readonly WorkloadSummary[]
  readonly nextCursor: string
  /** Kinds that could not be read, with the reason. */
  readonly unseen: readonly { readonly what: string; readonly reason: string }[]
}

const order: Readonly<Record<WorkloadStatus, number>> = {
  ...{ critical: 0, warning: 1, unknown: 2, progressing: 3, healthy: 4, idle: 5 },
}
const place = z.tuple([z.int(), z.string()])

/** The workloads of a cluster, the worst first, then by name.
 *  @param namespace all where it is empty. @throws OpsError invalid_argument, or not_found for the namespace. */
export function listWorkloads(
  view: ClusterView,
  { namespace, limit: most, cursor, now }: { namespace: string; limit: number; cursor: string; now: number },
): WorkloadPage {
  if (namespace !== '') {
    assertNamespace(namespace)
    assertNamespaceThere(view, namespace)
  }
  const findings = Map.groupBy(analyse({ view, now, logs: noLogs }), ({ object }) => referenceText(object))
  const all = kinds
    .flatMap((kind): Workload[] => [...(namespace === '' ? view.all(kind) : view.inNamespace(kind, namespace))])
    .filter((workload) => !isMadeByAnother(workload))
    .map((workload) => summaryOf(view, workload, findings.get(referenceText(workload)) ?? []))
    .toSorted((a, b) => order[a.status] - order[b.status] || referenceText(a).localeCompare(referenceText(b)))
  const limit = pageLimit(most)
  const [afterOrder, afterName] = cursor === '' ? [-1, ''] : decodeCursor(place, cursor)
  const rest = all.filter(
    (one) =>
      order[one.status] > afterOrder ||
      (order[one.status] === afterOrder && referenceText(one).localeCompare(afterName) > 0),
  )
  const workloads = rest.slice(0, limit)
  const last = workloads.at(-1)
  const nextCursor = rest.length > limit && last ? encodeCursor([order[last.status], referenceText(last)]) : ''
  const unseen = [...kinds, 'Pod' as const].flatMap((kind) => {
    const freshness = view.freshness(kind)
    return freshness.state === 'fresh' ? [] : [{ what: kind, reason: freshness.reason }]
  })
  return { workloads, nextCursor, unseen }
}

/** A Job of a CronJob is told with the CronJob. */
const isMadeByAnother = ({ kind, owners }: Workload): boolean =>
  kind === 'Job' && owners.some(({ isController }) => isController)

function summaryOf(view: ClusterView, workload: Workload, findings: readonly GroupedFinding[]): WorkloadSummary {
  const counts = countsOf(view, workload)
  const wrong = findings.filter(({ severity }) => severity !== 'info')
  // That pods are missing is said by what keeps them from being there, where that is known.
  const worst = wrong.find(({ rule }) => !/-(unavailable|stuck)$/.test(rule)) ?? wrong[0] ?? findings[0]
  return {
    ...referenceTo(workload),
    ...{ status: statusOf(view, wrong[0]?.severity, counts), ...counts },
    images: imagesOf(workload),
    revision: revisionOf(workload),
    createdAt: workload.createdAt === null ? null : new Date(workload.createdAt).toISOString(),
    worst: worst ? { rule: worst.rule, severity: worst.severity, reason: worst.reason, summary: worst.summary } : null,
    findings: findings.length,
  }
}

function statusOf(
  view: ClusterView,
  severity: Severity | undefined,
  { wanted, ready, updated }: Pick<WorkloadSummary, 'wanted' | 'ready' | 'updated'>,
): WorkloadStatus {
  if (severity === 'critical' || severity === 'warning') return severity
  if (view.freshness('Pod').state !== 'fresh') return 'unknown'
  if (wanted === 0) return 'idle'
  return ready < wanted || (updated ?? wanted) < wanted ? 'progressing' : 'healthy'
}

function countsOf(view: ClusterView, workload: Workload): Pick<WorkloadSummary, 'wanted' | 'ready' | 'updated'> {
  switch (workload.kind) {
    case 'Job': {
      const isOver = workload.completedAt !== null || workload.isSuspended
      return { wanted: isOver ? 0 : workload.completions, ready: workload.succeeded, updated: null }
    }
    case 'CronJob': {
      const running = view.ownedBy(workload.uid).filter((job) => job.kind === 'Job' && job.active > 0).length
      return { wanted: running, ready: running, updated: null }
    }
    default:
      return { wanted: workload.replicas, ready: workload.readyReplicas, updated: workload.updatedReplicas }
  }
}

const imagesOf = ({ template }: Workload): readonly string[] => [
  ...new Set(template.spec.containers.filter(({ role }) => role === 'app').map(({ image }) => image)),
]

function revisionOf(workload: Workload): string {
  if (workload.kind === 'Deployment') return String(workload.revision)
  return workload.kind === 'StatefulSet' ? workload.updateRevision : ''
}
