import { isReady, type ClusterView, type Pod, type Reference, type ReplicaSet } from '@akashic/kubernetes'

/** What a rollout asks for that no node has room for: a pod more before an old one may end. Null where pods of another
 *  revision are not running, or one of them may end first. Source: the API's RollingUpdateDeployment, whose share of
 *  unavailable pods is rounded down. */
export function surgeWithoutRoom(view: ClusterView, pod: Pod, owner: Reference, message: string): string | null {
  if (!/anti-affinity|Insufficient|free ports|topology spread|Too many pods/.test(message)) return null
  const deployment = owner.kind === 'Deployment' ? view.get('Deployment', owner.namespace, owner.name) : undefined
  if (!deployment || countOf(deployment.maxUnavailable, deployment.replicas) > 0) return null
  const old = view
    .ownedBy(deployment.uid)
    .filter((owned): owned is ReplicaSet => owned.kind === 'ReplicaSet' && owned.revision < deployment.revision)
    .flatMap(({ uid }) => view.ownedBy(uid))
    .filter((owned) => owned.kind === 'Pod' && isReady(owned))
  if (old.length === 0 || old.some(({ uid }) => uid === pod.uid)) return null
  const { maxSurge, maxUnavailable } = deployment
  return `its strategy (maxSurge ${maxSurge}, maxUnavailable ${maxUnavailable}) wants a new pod ready before an old one ends, and no node has room beside the ${old.length} old`
}

const countOf = (text: string, of: number): number =>
  text.endsWith('%') ? Math.floor((Number.parseFloat(text) * of) / 100) : Number(text)
