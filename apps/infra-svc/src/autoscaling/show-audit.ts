import { referenceText, type ClusterView, type Kind } from '@akashic/kubernetes'
import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import { assertNamespaceThere, assertSeen } from '../cluster/assert-seen.ts'
import type { FollowedCluster } from '../cluster/clusters.ts'
import { readPoolRooms } from '../database/pool-room.ts'
import type { DatabaseDeps } from '../database/show-database.ts'
import { evidenceDocument } from '../finding/finding-document.ts'
import { assertNamespace } from '../network/cluster-names.ts'
import { hideCredentials } from '../redaction/hide-credentials.ts'
import { useShares, type UseOfCluster } from '../usage/use-shares.ts'
import type { Advice, Unknown } from './advice.ts'
import { audit, type Audit } from './audit.ts'
import { scaledKinds } from './hpa/audited-hpa.ts'
import { readServedMetrics } from './read-served-metrics.ts'
import { workloadKinds } from './scaled-workload.ts'
import type { AuditSettings } from './settings.ts'
import { readVpas, type Vpas } from './vpa/read-vpas.ts'

export interface ShowAuditDeps extends Pick<DatabaseDeps, 'databases' | 'components' | 'clusters'> {
  readonly db: Database
  readonly clock: Clock
  readonly settings: () => AuditSettings
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
  const namespaces = namespace === '' ? namespacesWithWorkloads(view) : [namespace]
  const metrics = settings.podsMetrics.map(({ name }) => name)
  const [use, vpas, rooms, served] = await Promise.all([
    useShares(deps.db, { cluster, namespace, since: new Date(now - settings.history), until: new Date(now) }),
    readVpas(client, view, namespace),
    readPoolRooms(deps),
    readServedMetrics(client, view, namespaces, metrics),
  ])
  const audited = audit({
    ...{ view, now, namespace, history, settings, vpas: vpas.vpas, rooms, served },
    ...{ useOf: use.of, unmeasured: whyUnmeasured(use), unseen: whyUnseen(view, vpas) },
  })
  const unknown = [
    ...unseenKinds(view),
    ...unreadTargets(audited),
    ...told('VerticalPodAutoscaler objects', vpas.problem),
    ...told('what pods use now', use.reading?.problem ?? ''),
    ...told('which metrics of pods are served', served.problem),
    ...rooms.flatMap(({ database, usable, problem, uncounted }) =>
      told(
        `how many pods database ${database} can serve`,
        usable === null ? problem : uncounted.length > 0 ? `not counted: ${uncounted.join(', ')}` : '',
      ),
    ),
  ]
  return {
    ...{ cluster, generatedAt: new Date(now).toISOString(), status: statusOf(audited, unknown) },
    history: { days: settings.history / 86_400_000, leastDays: settings.leastHistory / 86_400_000 },
    ...document(audited, vpas),
    unknown,
  }
}

/** Why there will be no use of what was not measured yet. */
const whyUnmeasured = ({ reading }: UseOfCluster): string =>
  reading === null ? 'the cluster was not asked yet what its pods use' : (reading.problem ?? '')

/** What an unseen autoscaler keeps as it is would be judged wrong. */
function whyUnseen(view: ClusterView, { problem }: Vpas): string {
  const hpas = view.freshness('HorizontalPodAutoscaler')
  if (hpas.state !== 'fresh') return `HorizontalPodAutoscaler objects cannot be read: ${hpas.reason}`
  return problem === '' ? '' : `VerticalPodAutoscaler objects cannot be read: ${problem}`
}

const namespacesWithWorkloads = (view: ClusterView): readonly string[] => [
  ...new Set(workloadKinds.flatMap((kind) => [...view.all(kind)].map(({ namespace }) => namespace))),
]

const unseenKinds = (view: ClusterView): readonly Unknown[] =>
  needed.flatMap((kind) => {
    const freshness = view.freshness(kind)
    return freshness.state === 'fresh' ? [] : told(`${kind} objects`, freshness.reason)
  })

/** Of what scales or sizes a kind that is not read, hardly anything can be said. */
const unreadTargets = ({ autoscalers, verticalAutoscalers }: Audit): readonly Unknown[] =>
  [
    ...autoscalers.filter(({ target }) => !scaledKinds.some((kind) => kind === target.kind)),
    ...verticalAutoscalers.filter(({ target }) => !workloadKinds.some((kind) => kind === target.kind)),
  ].flatMap(({ autoscaler, target }) =>
    told(`how ${referenceText(autoscaler)} does`, `${referenceText(target)} is of a kind that is not read`),
  )

const told = (what: string, reason: string): readonly Unknown[] =>
  reason === '' ? [] : [{ what, reason: hideCredentials(reason) }]

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

function document({ workloads, autoscalers, verticalAutoscalers, proposals }: Audit, { vpas }: Vpas) {
  const listed = workloads
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
    workloads: listed.slice(0, mostWorkloads),
    workloadCount: listed.length,
    autoscalers: autoscalers.map((each) => ({ ...each, advice: each.advice.map(adviceDocument) })),
    verticalAutoscalers: vpas
      ? verticalAutoscalers.map((each) => ({ ...each, advice: each.advice.map(adviceDocument) }))
      : null,
    proposals: proposals.slice(0, mostProposals),
    proposalCount: proposals.length,
  }
}

const adviceDocument = (advice: Advice) => ({ ...advice, evidence: advice.evidence.map(evidenceDocument) })
