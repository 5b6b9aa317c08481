import { conditionOf, hasEnded, isSame, referenceTo, type ClusterView, type Pod } from '@akashic/kubernetes'
import type { Blame } from '../../finding/finding.ts'
import { giveUp } from '../../remedy/node.ts'
import { topOwner } from '../owner.ts'
import { fieldQuote } from '../quote.ts'
import { edit } from '../remedies.ts'
import { templateQuote } from '../template-quote.ts'

/** Who keeps a volume on another node, of those that one node at a time may have: the node, where it is away; the workload
 *  itself, whose rollout or replicas want it in two places; else the claim, which another workload has.
 *  Source: the wording of the attach/detach controller. */
export function ofAttachedElsewhere(view: ClusterView, pod: Pod, message: string): readonly Blame[] {
  const volume = /Multi-Attach error for volume "([^"]+)"/.exec(message)?.[1]
  if (volume === undefined) return []
  const claim = pod.spec.volumes
    .flatMap((each) => each.claim ?? [])
    .find((name) => view.get('PersistentVolumeClaim', pod.namespace, name)?.volume === volume)
  if (claim === undefined) return []
  const holder = holderOf(view, pod, claim)
  if (!holder) return []
  const node = view.get('Node', '', holder.nodeName)
  if (node && conditionOf(node, 'Ready')?.status !== 'True') {
    const because = `it is away, and has not let go of volume ${volume}, which only one node may have`
    const ready = conditionOf(node, 'Ready')
    const shown = fieldQuote(
      node,
      'status.conditions[Ready]',
      `${ready?.status ?? ''}, ${ready?.reason ?? ''}: ${ready?.message ?? ''}`,
    )
    return [{ object: referenceTo(node), because, strength: 'direct', evidence: [shown], remedies: giveUp(node) }]
  }
  const owner = topOwner(view, pod)
  if (isSame(owner, topOwner(view, holder))) {
    const because = `it wants claim ${claim} on ${pod.nodeName} while its own pod ${holder.name} has it on ${holder.nodeName}, and only one node may`
    const evidence = templateQuote(view, owner, 'volumes[].persistentVolumeClaim.claimName', ({ volumes }) =>
      volumes.flatMap((each) => each.claim ?? []).join(', '),
    )
    const remedies = [
      edit(owner, 'Let it end its old pods first (strategy Recreate), or run one pod', 'how it is rolled out'),
    ]
    return [{ object: owner, because, strength: 'direct', evidence, remedies }]
  }
  const because = `Pod ${holder.name} has it on ${holder.nodeName}, and its access mode lets only one node use it`
  const object = { kind: 'PersistentVolumeClaim', namespace: pod.namespace, name: claim }
  const modes = view.get('PersistentVolumeClaim', pod.namespace, claim)?.accessModes ?? []
  const evidence = [fieldQuote(object, 'spec.accessModes', JSON.stringify(modes))]
  const remedies = [edit(owner, `Let it use a claim of its own, or run beside ${holder.name}`, 'what it mounts')]
  return [{ object, because, strength: 'direct', evidence, remedies }]
}

const holderOf = (view: ClusterView, pod: Pod, claim: string): Pod | undefined =>
  [...view.inNamespace('Pod', pod.namespace)].find(
    (other) =>
      other.uid !== pod.uid &&
      other.nodeName !== '' &&
      other.nodeName !== pod.nodeName &&
      !hasEnded(other) &&
      other.spec.volumes.some((volume) => volume.claim === claim),
  )
