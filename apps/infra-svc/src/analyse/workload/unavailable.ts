import {
  conditionOf,
  referenceTo,
  type ClusterView,
  type DaemonSet,
  type Deployment,
  type StatefulSet,
} from '@akashic/kubernetes'
import type { Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { describe, lookAt } from '../remedies.ts'

type Workload = Deployment | StatefulSet | DaemonSet

/** Rollouts and new workloads may take this long before fewer replicas than wanted are a finding. */
const patienceMs = 30_000

/** A workload with fewer available pods than it was asked to have. */
export const unavailable: Analyser = {
  rules: ['deployment-unavailable', 'statefulset-unavailable', 'daemonset-unavailable'],
  needs: ['Deployment', 'StatefulSet', 'DaemonSet'],
  *find({ view, now }) {
    for (const workload of workloadsOf(view)) {
      if (workload.replicas === 0 || workload.availableReplicas >= workload.replicas || workload.deletedAt !== null)
        continue
      const since = sinceOf(workload)
      if (since !== null && now - since < patienceWith(workload) && !hasFailed(view, workload)) continue
      yield found(workload, since)
    }
  },
}

function* workloadsOf(view: ClusterView): Iterable<Workload> {
  yield* view.all('Deployment')
  yield* view.all('StatefulSet')
  yield* view.all('DaemonSet')
}

/** Pods that are ready count as available only once they have been so for as long as was asked. */
const patienceWith = (workload: Workload): number =>
  'minReadySeconds' in workload && workload.readyReplicas >= workload.replicas
    ? patienceMs + workload.minReadySeconds * 1_000
    : patienceMs

/** Since when it is not available; for what tells no such time, since it was last written. */
function sinceOf(workload: Workload): number | null {
  const available = conditionOf(workload, 'Available')
  if (available?.status === 'False') return available.since
  return workload.lastWrite?.at ?? workload.createdAt
}

/** No patience where a pod of it has already failed, or none may be made. */
function hasFailed(view: ClusterView, workload: Workload): boolean {
  if (conditionOf(workload, 'ReplicaFailure')?.status === 'True') return true
  const pods = view.podsSelectedBy(workload.namespace, workload.selector)
  return pods.some(
    ({ statuses, conditions }) =>
      statuses.some(({ now }) => now?.state === 'waiting' && /BackOff|Err|Invalid/.test(now.reason)) ||
      conditions.some(({ reason }) => reason === 'Unschedulable'),
  )
}

function found(workload: Workload, since: number | null): Finding {
  const { kind, availableReplicas, replicas } = workload
  const available = conditionOf(workload, 'Available')
  return {
    rule: `${kind.toLowerCase()}-unavailable`,
    severity: availableReplicas === 0 ? 'critical' : 'warning',
    object: referenceTo(workload),
    uid: workload.uid,
    part: '',
    reason: available?.reason || 'Unavailable',
    summary: `${availableReplicas} of ${replicas} pods are available.`,
    evidence: [
      fieldQuote(workload, 'status.availableReplicas', `${availableReplicas} of ${replicas}`, since),
      ...(available && available.status !== 'True'
        ? [fieldQuote(workload, 'status.conditions[Available]', available.message, available.since)]
        : []),
    ],
    remedies: [describe(workload), lookAt('See its pods', `kubectl get pods -n ${workload.namespace} -o wide`)],
    blames: [],
    involves: [],
    since,
  }
}
