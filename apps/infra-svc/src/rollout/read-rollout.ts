import { referenceTo, type ClusterView, type Reference } from '@akashic/kubernetes'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { failedPulls, type FailedPull } from './failed-pulls.ts'
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
  /** What is wrong with it and its pods, in words; what says why comes first. */
  readonly why: readonly string[]
  /** The images that cannot be had, with why. */
  readonly pulls: readonly FailedPull[]
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
  const pulls = failedPulls(view, findings)
  return {
    workload: referenceTo(workload),
    ...stateOf(workload, findings),
    wanted: workload.replicas,
    updated: workload.updatedReplicas,
    ready: workload.readyReplicas,
    available: workload.availableReplicas,
    revisions: workload.kind === 'Deployment' ? revisionsOf(view, workload) : [],
    why: reasonsFirst(findings).map((finding) => whyOf(finding, pulls)),
    pulls,
    managers: managersOf(view, workload),
  }
}

/** That pods are missing, or that it stands still, is no reason for it: those come after what is. */
const reasonsFirst = (findings: readonly GroupedFinding[]): readonly GroupedFinding[] =>
  findings.toSorted((a, b) => Number(isSymptom(a)) - Number(isSymptom(b)))

const isSymptom = ({ rule }: GroupedFinding): boolean => /-(unavailable|stuck)$/.test(rule)

/** Of a pull the rollout knows more than the pod that fails: whether other images of the repository are there. */
function whyOf({ rule, part, summary, affectedCount }: GroupedFinding, pulls: readonly FailedPull[]): string {
  const pull = rule === 'pod-image-pull' ? pulls.find(({ container }) => container === part) : undefined
  if (!pull) return summary
  const pods = affectedCount > 1 ? ` (${affectedCount} pods)` : ''
  return `Container ${pull.container} cannot get its image ${pull.image}: ${pull.says}${pods}.`
}
