import { type ClusterView, type Pod, type Reference } from '@akashic/kubernetes'
import type { Blame, Evidence } from '../../finding/finding.ts'
import { ofEndingClaim } from '../../remedy/claim.ts'
import { ofBoundVolume, ofSingleUse } from '../../remedy/placement.ts'
import { absence, fieldQuote } from '../quote.ts'
import { mayRunOn, neededNodes, repels, textOf } from './placement.ts'

/** Why no node takes a pod. */
export interface Why {
  readonly says: string
  readonly blames: readonly Blame[]
  readonly involves: readonly Reference[]
  readonly evidence: readonly Evidence[]
}

/** Claims that keep it waiting: unbound, missing, or on a volume that another zone has. */
export function claimsOf(view: ClusterView, pod: Pod, owner: Reference, message: string): Why | null {
  const named = pod.spec.volumes.flatMap(({ claim }) => claim ?? [])
  const references = named.map((name) => ({ kind: 'PersistentVolumeClaim', namespace: pod.namespace, name }))
  const ending = references.find(({ name }) => message.includes(`persistentvolumeclaim "${name}" is being deleted`))
  if (ending) {
    const because = 'it was deleted while it is used, and no other pod may use it until it is gone and made anew'
    const says = `its claim ${ending.name} is being deleted`
    const blame: Blame = { object: ending, because, strength: 'direct', ...ofEndingClaim(view, ending) }
    return { says, blames: [blame], involves: [], evidence: [] }
  }
  const missing = references.filter(({ name }) => message.includes(`persistentvolumeclaim "${name}" not found`))
  if (missing.length > 0) {
    const because = 'a pod mounts it, and it does not exist'
    return {
      says: `its claim ${missing[0]!.name} does not exist`,
      blames: missing.map((object) => ({
        ...{ object, because, strength: 'direct' },
        evidence: [absence(object, 'it does not exist')],
      })),
      involves: [],
      evidence: [],
    }
  }
  if (/unbound immediate PersistentVolumeClaims|did not find available persistent volumes/.test(message)) {
    const unbound = references.filter(
      ({ name }) => view.get('PersistentVolumeClaim', pod.namespace, name)?.phase !== 'Bound',
    )
    const involves = unbound.length > 0 ? unbound : references
    return { says: 'a claim of it is not bound', blames: [], involves, evidence: [] }
  }
  if (/ReadWriteOncePod access mode already in-use/.test(message)) {
    const single = references.filter(({ name }) =>
      view.get('PersistentVolumeClaim', pod.namespace, name)?.accessModes.includes('ReadWriteOncePod'),
    )
    const because = 'its access mode ReadWriteOncePod lets one pod use it, and another does'
    return {
      says: 'a claim of it is used by another pod, and lets only one',
      blames: single.map((object) => ({ object, because, strength: 'direct', ...ofSingleUse(view, owner, object) })),
      involves: single.length === 0 ? references : [],
      evidence: [],
    }
  }
  if (
    /volume node affinity conflict|didn't match PersistentVolume's node affinity|no available volume zone/.test(message)
  ) {
    return ofVolumeElsewhere(view, pod, owner, references)
  }
  return null
}

/** Of several volumes the one is meant that no node has where the pod may run. */
function ofVolumeElsewhere(view: ClusterView, pod: Pod, owner: Reference, references: readonly Reference[]): Why {
  const allowed = [...view.all('Node')].filter(
    (node) => mayRunOn(node, neededNodes(pod.spec)) && !node.taints.some((taint) => repels(pod.spec, taint)),
  )
  const bound = references.flatMap((reference) => {
    const claim = view.get('PersistentVolumeClaim', pod.namespace, reference.name)
    const volume = claim && view.get('PersistentVolume', '', claim.volume)
    return volume && volume.nodeTerms.length > 0 ? [{ reference, volume }] : []
  })
  const meant = bound.find(({ volume }) => !allowed.some((node) => mayRunOn(node, volume.nodeTerms))) ?? bound[0]
  if (!meant) return { says: 'a volume of it is elsewhere', blames: [], involves: references, evidence: [] }
  const { reference, volume } = meant
  const where = textOf(volume.nodeTerms)
  const because = `its volume ${volume.name} is bound to ${where}, where the pod cannot run`
  return {
    says: `its volume ${volume.name} can only be used where ${where}, and no node there takes it`,
    blames: [{ object: reference, because, strength: 'direct', ...ofBoundVolume(view, owner, reference, volume) }],
    involves: [],
    evidence: [fieldQuote(volume, 'spec.nodeAffinity', where)],
  }
}
