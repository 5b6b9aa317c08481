import type { ClusterView, Deployment, PodTemplate, ReplicaSet } from '@akashic/kubernetes'
import type { FieldChange } from '../change/change.ts'
import { diffPodSpecs } from './diff-specs.ts'

/** One kept state of a Deployment's template. */
export interface Revision {
  readonly revision: number
  readonly replicaSet: string
  /** ms since 1970. A revision that a rollback took up again keeps the time it was first made. */
  readonly createdAt: number | null
  readonly images: readonly string[]
  readonly ready: number
  readonly wanted: number
  readonly isCurrent: boolean
  /** What somebody wrote of why; '' where nobody did. */
  readonly changeCause: string
  /** Against the revision before that is still kept; none for the oldest. */
  readonly changes: readonly FieldChange[]
}

/** The ReplicaSets of a Deployment, the oldest revision first. */
export function replicaSetsOf(view: ClusterView, { uid }: Deployment): readonly ReplicaSet[] {
  return view
    .ownedBy(uid)
    .filter((owned): owned is ReplicaSet => owned.kind === 'ReplicaSet')
    .toSorted((a, b) => a.revision - b.revision || a.name.localeCompare(b.name))
}

/** The kept revisions of a Deployment, the newest first. */
export function revisionsOf(view: ClusterView, deployment: Deployment): readonly Revision[] {
  const sets = replicaSetsOf(view, deployment)
  return sets.map((set, index) => revisionOf(set, sets[index - 1], set.revision === deployment.revision)).toReversed()
}

function revisionOf(set: ReplicaSet, before: ReplicaSet | undefined, isCurrent: boolean): Revision {
  return {
    revision: set.revision,
    replicaSet: set.name,
    createdAt: set.createdAt,
    images: [...new Set(set.template.spec.containers.map(({ image }) => image))],
    ready: set.readyReplicas,
    wanted: set.replicas,
    isCurrent,
    changeCause: set.annotations['kubernetes.io/change-cause'] ?? '',
    changes: before ? diffPodSpecs(before.template, set.template) : [],
  }
}

/** `kubectl rollout restart` changes nothing but this. */
const restarted = 'annotations.kubectl.kubernetes.io/restartedAt'

/** Whether nothing was changed but that pods start anew. */
export const isRestart = (fields: readonly FieldChange[]): boolean =>
  fields.length > 0 && fields.every(({ path }) => path === restarted)

/** Whether two templates ask for different pods: a restart alone does not. */
export const asksDifferently = (before: PodTemplate, after: PodTemplate): boolean =>
  diffPodSpecs(before, after).some(({ path }) => path !== restarted)
