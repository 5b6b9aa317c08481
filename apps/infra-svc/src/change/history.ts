import {
  referenceText,
  referenceTo,
  type ClusterView,
  type Deployment,
  type ReplicaSet,
  type Resource,
} from '@akashic/kubernetes'
import { diffPodSpecs } from '../rollout/diff-specs.ts'
import { changeId } from './change-id.ts'
import type { Change } from './change.ts'
import { intentOf } from './intent.ts'

const remembering = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ConfigMap',
  'Secret',
  'Service',
  'Ingress',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'StorageClass',
  'PersistentVolumeClaim',
] as const

/** Objects are created and filled by one command: writes this soon after are part of it, ms. */
const creationMs = 2_000

/** Changes that happened before anybody watched, as far as the objects themselves still tell: when each was made and
 *  last written, and what the kept revisions of Deployments differ in. */
export function changesFromHistory(view: ClusterView, since: number): readonly Change[] {
  const changes: Change[] = []
  for (const kind of remembering) {
    for (const object of view.all(kind)) changes.push(...writesOf(view, object, since))
  }
  for (const deployment of view.all('Deployment')) changes.push(...rolloutsOf(view, deployment, since))
  return changes.toSorted((a, b) => a.at - b.at || a.id.localeCompare(b.id))
}

function writesOf(view: ClusterView, object: Resource, since: number): readonly Change[] {
  const { createdAt, lastWrite } = object
  const changes: Change[] = []
  const common = { cluster: view.cluster, object: referenceTo(object), fields: [], by: lastWrite?.manager ?? '' }
  if (createdAt !== null && createdAt >= since) {
    changes.push({
      id: changeId(view.cluster, object, 'created'),
      ...{ ...common, at: createdAt, kind: 'created', summary: `${referenceText(object)} was created.` },
    })
  }
  const kind = intentOf(object)?.kind
  const isRollout = object.kind === 'Deployment'
  if (kind && lastWrite && lastWrite.at >= since && lastWrite.at > (createdAt ?? 0) + creationMs && !isRollout) {
    changes.push({
      id: changeId(view.cluster, object, 'written'),
      ...common,
      at: lastWrite.at,
      kind,
      summary: `${referenceText(object)} was changed by ${lastWrite.manager || 'somebody'}.`,
    })
  }
  return changes
}

/** Each kept revision against the one before. */
function rolloutsOf(view: ClusterView, deployment: Deployment, since: number): readonly Change[] {
  const sets = view
    .ownedBy(deployment.uid)
    .filter((owned): owned is ReplicaSet => owned.kind === 'ReplicaSet')
    .toSorted((a, b) => a.revision - b.revision)
  return sets.slice(1).flatMap((set, index) => {
    const before = sets[index]!
    const at = beganAt(deployment, set, before, set.revision === deployment.revision)
    if (at === null || at < since) return []
    const fields = diffPodSpecs(before.template, set.template)
    const object = referenceTo(deployment)
    const first = fields
      .slice(0, 3)
      .map((field) => `${field.path}: ${field.before ?? 'absent'} -> ${field.after ?? 'absent'}`)
    const summary = `${referenceText(object)} rolled out revision ${set.revision}: ${first.join('; ') || 'the same template'}.`
    const by = deployment.lastWrite?.manager ?? ''
    const id = changeId(view.cluster, deployment, `revision ${set.revision}`)
    return [{ id, cluster: view.cluster, at, kind: 'rollout', object, by, summary, fields }] as const
  })
}

/** A ReplicaSet that a rollback took up again is older than the revision before it: then the Deployment's last write
 *  tells. */
function beganAt(deployment: Deployment, set: ReplicaSet, before: ReplicaSet, isCurrent: boolean): number | null {
  if ((set.createdAt ?? 0) >= (before.createdAt ?? 0)) return set.createdAt
  return isCurrent ? (deployment.lastWrite?.at ?? null) : null
}
