import { referenceTo, type ClusterView, type Reference } from '@akashic/kubernetes'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { managersOf, type Manager } from './managers.ts'
import { revisionsOf, type Revision } from './revisions.ts'
import { stateOf, type RolloutVerdict } from './rollout-state.ts'

/** How far a workload is with what it was asked to be last. */
export interface Rollout extends RolloutVerdict {
  readonly workload: Reference
  readonly wanted: number
  readonly updated: number
  readonly ready: number
  readonly available: number
  /** Of a Deployment, the newest first; none of other workloads, which keep no ReplicaSets. */
  readonly revisions: readonly Revision[]
  /** What is wrong with it and its pods, in words. */
  readonly why: readonly string[]
  readonly managers: readonly Manager[]
}

/** The rollout of a Deployment, StatefulSet or DaemonSet; null for what is none of them or is not there.
 *  @param findings those of the workload, worst first. */
export function readRollout(
  view: ClusterView,
  reference: Reference,
  findings: readonly GroupedFinding[],
): Rollout | null {
  const workload = view.find(reference)
  if (workload?.kind !== 'Deployment' && workload?.kind !== 'StatefulSet' && workload?.kind !== 'DaemonSet') return null
  return {
    workload: referenceTo(workload),
    ...stateOf(workload, findings),
    wanted: workload.replicas,
    updated: workload.updatedReplicas,
    ready: workload.readyReplicas,
    available: workload.availableReplicas,
    revisions: workload.kind === 'Deployment' ? revisionsOf(view, workload) : [],
    why: findings.map(({ summary }) => summary),
    managers: managersOf(view, workload),
  }
}
