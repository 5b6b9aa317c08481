import type { ClusterView, Reference } from '@akashic/kubernetes'
import type { Remedy } from '../finding/finding.ts'
import { backThroughKeeper, keeperOf } from '../remedy/keeper.ts'

/** As kubectl names an object. */
export const target = ({ kind, namespace, name }: Reference): string =>
  `${namespace === '' ? '' : `-n ${namespace} `}${kind.toLowerCase()}/${name}`

/** Something to look at, which changes nothing. */
export const lookAt = (title: string, command: string): Remedy => ({
  title,
  command,
  changes: 'nothing',
  undo: null,
  isDestructive: false,
})

/** See all that the cluster says of an object. */
export const describe = (object: Reference): Remedy =>
  lookAt(`See what the cluster says of ${object.kind} ${object.name}`, `kubectl describe ${target(object)}`)

/** Change an object by hand. */
export const edit = (object: Reference, title: string, changes: string): Remedy => ({
  title,
  command: `kubectl edit ${target(object)}`,
  changes,
  undo: 'put back what was there before; `kubectl get -o yaml` first keeps it',
  isDestructive: false,
})

/** Go back to the revision before, where there is one, through whoever keeps the workload. */
export function undoRollout(view: ClusterView, workload: Reference): readonly Remedy[] {
  if (!hasEarlierRevision(view, workload)) return []
  const changes = 'the template of the pods; it starts a rollout. Migrations that ran are not taken back'
  const keeper = keeperOf(view, workload)
  if (keeper) return [backThroughKeeper(keeper, changes)]
  return [
    {
      title: 'Go back to the revision before',
      command: `kubectl rollout undo ${target(workload)}`,
      changes,
      undo: `kubectl rollout undo ${target(workload)}`,
      isDestructive: false,
    },
  ]
}

/** Of a DaemonSet the model keeps no revisions: it may have one. */
function hasEarlierRevision(view: ClusterView, workload: Reference): boolean {
  const object = view.find(workload)
  if (object?.kind === 'Deployment') return object.revision > 1
  if (object?.kind === 'StatefulSet') return object.currentRevision !== object.updateRevision
  return object?.kind === 'DaemonSet'
}
