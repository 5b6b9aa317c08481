import type { ClusterView, Reference } from '@akashic/kubernetes'
import type { Remedy } from '../finding/finding.ts'

const target = ({ kind, namespace, name }: Reference): string =>
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

const makers: Readonly<Record<string, string>> = {
  ConfigMap: 'configmap',
  Secret: 'secret generic',
  ServiceAccount: 'serviceaccount',
}

/** Make an object that is named and is not there; nothing for kinds that one command does not make. */
export function create({ kind, namespace, name }: Reference): readonly Remedy[] {
  const maker = makers[kind]
  if (maker === undefined) return []
  const contents = kind === 'ServiceAccount' ? '' : ' --from-literal=KEY=VALUE'
  return [
    {
      title: `Make ${kind} ${name}, or correct what names it`,
      command: `kubectl create ${maker} ${name} -n ${namespace}${contents}`,
      changes: 'adds the object; what waits for it starts',
      undo: `kubectl delete -n ${namespace} ${kind.toLowerCase()}/${name}`,
      isDestructive: false,
    },
  ]
}

/** Have pods again of what is scaled to nothing. */
export const scaleUp = (workload: Reference): Remedy => ({
  title: `Scale ${workload.kind} ${workload.name} up`,
  command: `kubectl scale ${target(workload)} --replicas=1`,
  changes: 'how many pods run; use Helm, Git or the autoscaler instead where they own the number',
  undo: `kubectl scale ${target(workload)} --replicas=0`,
  isDestructive: false,
})

/** Change an object by hand. */
export const edit = (object: Reference, title: string, changes: string): Remedy => ({
  title,
  command: `kubectl edit ${target(object)}`,
  changes,
  undo: 'put back what was there before; `kubectl get -o yaml` first keeps it',
  isDestructive: false,
})

/** Go back to the revision before, where there is one. */
export function undoRollout(view: ClusterView, workload: Reference): readonly Remedy[] {
  if (!hasEarlierRevision(view, workload)) return []
  return [
    {
      title: 'Go back to the revision before',
      command: `kubectl rollout undo ${target(workload)}`,
      changes: 'the template of the pods; it starts a rollout. Use Helm or Git instead where they own the workload',
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
