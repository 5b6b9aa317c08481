import { conditionOf, type DaemonSet, type Deployment, type StatefulSet } from '@akashic/kubernetes'
import type { GroupedFinding } from '../finding/group-findings.ts'

export type RolloutState = 'complete' | 'progressing' | 'stuck' | 'paused' | 'scaled_down'

export interface RolloutVerdict {
  readonly state: RolloutState
  /** A sentence: why. */
  readonly says: string
}

const verdict = (state: RolloutState, says: string): RolloutVerdict => ({ state, says })

/** How far the rollout of a workload is; source: what `kubectl rollout status` waits for. Pods that fail after a rollout
 *  was complete leave it complete. Only Deployments have a deadline: the others are stuck where their pods have a critical
 *  finding. */
export function stateOf(
  workload: Deployment | StatefulSet | DaemonSet,
  findings: readonly GroupedFinding[],
): RolloutVerdict {
  if (workload.kind === 'Deployment') return stateOfDeployment(workload)
  const given = workload.kind === 'StatefulSet' ? stateOfStatefulSet(workload) : stateOfDaemonSet(workload)
  const trouble = findings.find(({ rule, severity }) => rule.startsWith('pod-') && severity === 'critical')
  return given.state === 'progressing' && trouble ? verdict('stuck', `${given.says} ${trouble.summary}`) : given
}

function stateOfDeployment(deployment: Deployment): RolloutVerdict {
  const { replicas, updatedReplicas, currentReplicas, availableReplicas } = deployment
  if (replicas === 0) return verdict('scaled_down', 'It is asked to have no pods.')
  if (deployment.isPaused) {
    return verdict('paused', `It is paused: ${updatedReplicas} of ${replicas} pods are of its newest revision.`)
  }
  if (deployment.observedGeneration < deployment.generation) return notSeen
  const progressing = conditionOf(deployment, 'Progressing')
  const isRolledOut = updatedReplicas >= replicas && currentReplicas <= updatedReplicas
  if (isRolledOut && (availableReplicas >= replicas || progressing?.reason === 'NewReplicaSetAvailable')) {
    return verdict(
      'complete',
      `All ${replicas} pods are of the newest revision, and ${availableReplicas} are available.`,
    )
  }
  const refused = conditionOf(deployment, 'ReplicaFailure')
  if (refused?.status === 'True') return verdict('stuck', `Its pods are refused: ${refused.message}.`)
  const far = farOf(deployment)
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return verdict('stuck', `It made no progress for ${deployment.progressDeadlineSeconds} s. ${far}`)
  }
  return verdict('progressing', far)
}

const notSeen = verdict('progressing', 'Its controller has not seen the last change yet.')

function farOf({ replicas, updatedReplicas, currentReplicas, availableReplicas }: Deployment): string {
  if (updatedReplicas < replicas) return `${updatedReplicas} of ${replicas} pods are of the new revision.`
  if (currentReplicas > updatedReplicas) return `${currentReplicas - updatedReplicas} pods of old revisions are to end.`
  return `${availableReplicas} of ${replicas} pods of the new revision are available.`
}

function stateOfStatefulSet(set: StatefulSet): RolloutVerdict {
  const { replicas, readyReplicas, updatedReplicas, partition } = set
  if (replicas === 0) return verdict('scaled_down', 'It is asked to have no pods.')
  if (set.observedGeneration < set.generation) return notSeen
  const isNew = set.updateRevision === '' || set.currentRevision === set.updateRevision
  if (!isNew && set.strategy === 'OnDelete') return onDelete(updatedReplicas, replicas)
  const toUpdate = Math.max(0, replicas - partition)
  if (!isNew && updatedReplicas < toUpdate) {
    return verdict('progressing', `${updatedReplicas} of ${toUpdate} pods are of the new revision.`)
  }
  if (readyReplicas < replicas) return verdict('progressing', `${readyReplicas} of ${replicas} pods are ready.`)
  const kept = isNew || partition === 0 ? '' : ` The first ${partition} keep the old revision, as its partition says.`
  return verdict('complete', `All ${toUpdate} pods that are to be of the newest revision are, and are ready.${kept}`)
}

function stateOfDaemonSet(set: DaemonSet): RolloutVerdict {
  const { replicas, availableReplicas, updatedReplicas } = set
  if (set.observedGeneration < set.generation) return notSeen
  if (replicas === 0) return verdict('scaled_down', 'No node wants a pod of it.')
  if (updatedReplicas < replicas && set.strategy === 'OnDelete') return onDelete(updatedReplicas, replicas)
  if (updatedReplicas < replicas) {
    return verdict('progressing', `${updatedReplicas} of ${replicas} nodes have a pod of the new revision.`)
  }
  if (availableReplicas < replicas) {
    return verdict('progressing', `The pods of ${availableReplicas} of ${replicas} nodes are available.`)
  }
  return verdict('complete', `All ${replicas} nodes have an available pod of the newest revision.`)
}

const onDelete = (updated: number, wanted: number): RolloutVerdict =>
  verdict('paused', `Its strategy is OnDelete: ${updated} of ${wanted} pods are new, each other once it is deleted.`)
