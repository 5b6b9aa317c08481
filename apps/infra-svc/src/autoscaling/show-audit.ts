import type { InfraSettings } from '@akashic/config'
import { referenceText, type ClusterView, type Kind } from '@akashic/kubernetes'
import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import { assertNamespaceThere, assertSeen } from '../cluster/assert-seen.ts'
import type { FollowedCluster } from '../cluster/clusters.ts'
import { readPoolRooms, type PoolRoom } from '../database/pool-room.ts'
import type { DatabaseDeps } from '../database/show-database.ts'
import { evidenceDocument } from '../finding/finding-document.ts'
import { assertNamespace } from '../network/cluster-names.ts'
import { useShares, type UseOfCluster } from '../usage/use-shares.ts'
import type { Advice, Unknown } from './advice.ts'
import { audit, type Audit } from './audit.ts'
import { readServedMetrics } from './read-served-metrics.ts'
import { readVpas } from './vpa/read-vpas.ts'

export interface ShowAuditDeps extends Pick<DatabaseDeps, 'databases' | 'components' | 'clusters'> {
  readonly db: Database
  readonly clock: Clock
  readonly settings: () => InfraSettings['autoscaling']
}

const needed: readonly Kind[] = [
  ...(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'HorizontalPodAutoscaler'] as const),
  ...(['PodDisruptionBudget', 'ResourceQuota', 'LimitRange', 'Node', 'APIService', 'Event'] as const),
]
const minuteMs = 60_000
const mostWorkloads = 500
const mostProposals = 200

/** How the workloads of a cluster are sized and scaled, as the API shows it.
 *  @param namespace all where it is empty. @throws OpsError invalid_argument, not_found, or unavailable. */
export async function showAudit(
  deps: ShowAuditDeps,
  { name: cluster, model: view, client }: Pick<FollowedCluster, 'name' | 'model' | 'client'>,
  namespace: string,
) {
  const now = deps.clock.now()
  assertSeen(view, needed, now)
  if (namespace !== '') {
    assertNamespace(namespace)
    assertNamespaceThere(view, namespace)
  }
  const settings = deps.settings()
  const history = { windowMinutes: settings.history / minuteMs, leastMinutes: settings.leastHistory / minuteMs }
  const namespaces = namespace === '' ? [...view.all('Namespace')].map(({ name }) => name) : [namespace]
  const metrics = settings.podsMetrics.map(({ name }) => name)
  const [use, vpas, rooms, served] = await Promise.all([
    useShares(deps.db, { cluster, namespace, since: new Date(now - settings.history), until: new Date(now) }),
    readVpas(client, namespace),
    readPoolRooms(deps),
    readServedMetrics(client, view, namespaces, metrics),
  ])
  const audited = audit({
    ...{ view, now, namespace, history, settings, vpas: vpas.vpas, rooms, served },
    ...{ useOf: use.of, unmeasured: whyUnmeasured(use) },
  })
  const unknown = unknowns(view, vpas.problem, use, rooms)
  return {
    ...{ cluster, generatedAt: new Date(now).toISOString(), status: statusOf(audited, unknown) },
    history: { days: settings.history / 86_400_000, leastDays: settings.leastHistory / 86_400_000 },
    ...document(audited, vpas.vpas !== null),
    unknown,
  }
}

/** Why there will be no use of what was not measured yet. */
function whyUnmeasured({ reading }: UseOfCluster): string {
  if (reading === null) return 'the cluster was not asked yet what its pods use'
  return reading.readAt === null ? (reading.problem ?? '') : ''
}

function unknowns(
  view: ClusterView,
  vpas: string,
  { reading }: UseOfCluster,
  rooms: readonly PoolRoom[],
): readonly Unknown[] {
  const unseen = needed.flatMap((kind) => {
    const freshness = view.freshness(kind)
    return freshness.state === 'fresh' ? [] : [{ what: `${kind} objects`, reason: freshness.reason }]
  })
  return [
    ...unseen,
    ...(vpas === '' ? [] : [{ what: 'VerticalPodAutoscaler objects', reason: vpas }]),
    ...(reading?.problem ? [{ what: 'what pods use now', reason: reading.problem }] : []),
    ...rooms
      .filter(({ usable }) => usable === null)
      .map(({ database, problem }) => ({ what: `how many pods database ${database} can serve`, reason: problem })),
  ]
}

type Status = 'healthy' | 'info' | 'warning' | 'critical' | 'unknown'
const rank: readonly Status[] = ['healthy', 'info', 'unknown', 'warning', 'critical']

const worst = (states: readonly Status[]): Status =>
  states.reduce((a, b) => (rank.indexOf(b) > rank.indexOf(a) ? b : a), 'healthy' as Status)

const workloadStatus = ({ advice, containers, replicas }: Audit['workloads'][number]): Status =>
  worst([
    ...advice.map(({ severity }) => severity),
    ...(replicas > 0 && containers.some(({ unknown }) => unknown !== '') ? (['unknown'] as const) : []),
  ])

function statusOf(audited: Audit, unknown: readonly Unknown[]): Status {
  const scaled = [...audited.autoscalers, ...audited.verticalAutoscalers].flatMap(({ advice }) => advice)
  return worst([
    ...audited.workloads.map(workloadStatus),
    ...scaled.map(({ severity }) => severity),
    ...(unknown.length > 0 ? (['unknown'] as const) : []),
  ])
}

function document({ workloads, autoscalers, verticalAutoscalers, proposals }: Audit, hasVpas: boolean) {
  const told = workloads
    .map(({ containers, advice, ...workload }, at) => ({
      ...workload,
      status: workloadStatus(workloads[at]!),
      containers: containers.map(({ sized: _, ...container }) => container),
      advice: advice.map(adviceDocument),
    }))
    .toSorted(
      (a, b) =>
        rank.indexOf(b.status) - rank.indexOf(a.status) ||
        referenceText(a.workload).localeCompare(referenceText(b.workload)),
    )
  return {
    workloads: told.slice(0, mostWorkloads),
    workloadCount: told.length,
    autoscalers: autoscalers.map((each) => ({ ...each, advice: each.advice.map(adviceDocument) })),
    verticalAutoscalers: hasVpas
      ? verticalAutoscalers.map((each) => ({ ...each, advice: each.advice.map(adviceDocument) }))
      : null,
    proposals: proposals.slice(0, mostProposals),
    proposalCount: proposals.length,
  }
}

const adviceDocument = (advice: Advice) => ({ ...advice, evidence: advice.evidence.map(evidenceDocument) })
