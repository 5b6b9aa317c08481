import { referenceTo, type ClusterView, type Pod, type Reference, type Resource } from '@akashic/kubernetes'

/** The workload that a pod, ReplicaSet or Job belongs to in the end; the object itself where nobody owns it.
 *  An owner that is not kept here, such as a custom resource, is named all the same. */
export function topOwner(view: ClusterView, object: Resource): Reference {
  let top: Resource = object
  for (let depth = 0; depth < 5; depth++) {
    const owner = top.owners.find(({ isController }) => isController)
    if (owner === undefined) break
    const reference = { kind: owner.kind, namespace: top.namespace, name: owner.name }
    const found = view.find(reference)
    if (found?.uid !== owner.uid) return reference
    top = found
  }
  return referenceTo(top)
}

/** The pods of a workload, of all its revisions. */
export function podsOf(view: ClusterView, workload: Reference): readonly Pod[] {
  const object = view.find(workload)
  if (object === undefined) return []
  if (object.kind === 'Pod') return [object]
  const pods: Pod[] = []
  const walk = (uid: string, depth: number): void => {
    for (const owned of view.ownedBy(uid)) {
      if (owned.kind === 'Pod') pods.push(owned)
      else if (depth < 4) walk(owned.uid, depth + 1)
    }
  }
  walk(object.uid, 0)
  return pods
}
