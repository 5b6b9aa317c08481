import {
  conditionOf,
  quantity,
  referenceTo,
  type ClusterView,
  type Node,
  type Pod,
  type Reference,
  type Requirement,
} from '@akashic/kubernetes'
import type { Blame, Evidence, Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { fieldQuote } from '../quote.ts'
import { describe, edit, lookAt } from '../remedies.ts'
import { lifecycleTaints, mayRunOn, neededNodes, tolerates } from './placement.ts'
import { surgeWithoutRoom } from './surge.ts'

/** A pod that no node takes, with the scheduler's reasons and whose rule keeps it out. */
export const unschedulable: Analyser = {
  rules: ['pod-unschedulable'],
  needs: ['Pod', 'Node', 'PersistentVolumeClaim'],
  *find({ view }) {
    for (const pod of view.all('Pod')) {
      if (pod.nodeName !== '' || pod.phase !== 'Pending' || pod.deletedAt !== null) continue
      const scheduled = conditionOf(pod, 'PodScheduled')
      if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') continue
      yield found(view, pod, scheduled.message, scheduled.since)
    }
  },
}

function found(view: ClusterView, pod: Pod, message: string, since: number | null): Finding {
  const owner = topOwner(view, pod)
  const why = reasonsOf(view, pod, owner, message)
  return {
    rule: 'pod-unschedulable',
    severity: 'critical',
    object: referenceTo(pod),
    uid: pod.uid,
    part: '',
    reason: 'Unschedulable',
    summary: `No node takes it: ${why.says}.`,
    evidence: [fieldQuote(pod, 'status.conditions[PodScheduled].message', message, since), ...why.evidence],
    remedies: [
      lookAt('See what each node has left', 'kubectl describe nodes'),
      describe(pod),
      ...why.blames.map(({ object }) => edit(object, `Mend ${object.kind} ${object.name}`, 'what it asks for')),
    ],
    blames: why.blames,
    involves: why.involves,
    since: since ?? pod.createdAt,
  }
}

interface Why {
  readonly says: string
  readonly blames: readonly Blame[]
  readonly involves: readonly Reference[]
  readonly evidence: readonly Evidence[]
}

function reasonsOf(view: ClusterView, pod: Pod, owner: Reference, message: string): Why {
  const claims = claimsOf(view, pod, message)
  if (claims) return claims
  const nodes = [...view.all('Node')]
  const says = message.replace(/^\d+\/\d+ nodes are available: /, '').split('. preemption')[0] ?? message
  const blame = (because: string, evidence: readonly Evidence[] = []): Why => ({
    says,
    blames: [{ object: owner, because, strength: 'direct' }],
    involves: [],
    evidence,
  })
  const tooMuch = asksTooMuch(pod, nodes)
  if (tooMuch) return blame(tooMuch.because, [tooMuch.evidence])
  const matching = nodes.filter((node) => mayRunOn(node, neededNodes(pod.spec)))
  if (matching.length === 0 && nodes.length > 0 && hasNodeRule(pod)) {
    return blame(`its node selector or affinity asks for ${textOf(neededNodes(pod.spec))}, and no node has that`)
  }
  const untolerated = matching.filter((node) => node.taints.some((taint) => repels(pod, taint)))
  if (matching.length > 0 && untolerated.length === matching.length && !hasLifecycleTaint(untolerated)) {
    const taint = untolerated[0]!.taints.find((each) => repels(pod, each))!
    const evidence = fieldQuote(
      untolerated[0]!,
      'spec.taints',
      `${taint.key}=${taint.value}:${taint.effect}`,
      taint.since,
    )
    return blame(`it tolerates no taint ${taint.key}, which every node has that it could run on`, [evidence])
  }
  const surge = surgeWithoutRoom(view, pod, owner, message)
  if (surge) return blame(surge)
  if (/free ports/.test(message) && !hasLifecycleTaint(matching)) {
    return blame('it asks for a port of the node that is taken on every node where it may run')
  }
  if (/anti-affinity/.test(message) && pod.spec.affinity !== null) {
    return blame('its pod anti-affinity leaves no node: there are not as many nodes as it wants apart')
  }
  if (/topology spread/.test(message)) return blame('its topology spread constraints leave no node')
  return { says, blames: [], involves: matching.map(referenceTo).slice(0, 20), evidence: [] }
}

const repels = (pod: Pod, taint: Node['taints'][number]): boolean =>
  (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !tolerates(pod.spec.tolerations, taint)

const hasLifecycleTaint = (nodes: readonly Node[]): boolean =>
  nodes.some(({ taints, isCordoned }) => isCordoned || taints.some(({ key }) => lifecycleTaints.has(key)))

const hasNodeRule = ({ spec }: Pod): boolean => neededNodes(spec).length > 0

const textOf = (terms: readonly (readonly Requirement[])[]): string =>
  terms
    .map((term) => term.map(({ key, operator, values }) => `${key} ${operator} ${values.join(',')}`).join(' and '))
    .join(' or ')

/** More than any node has, even an empty one. */
function asksTooMuch(pod: Pod, nodes: readonly Node[]): { because: string; evidence: Evidence } | null {
  for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
    const asked = pod.spec.containers.map((container) => ({
      container,
      amount: quantity(container.requests[resource]) ?? 0,
    }))
    const apps = asked.filter(({ container }) => container.role !== 'init')
    const sum = apps.reduce((all, { amount }) => all + amount, 0)
    const most = nodes.toSorted(
      (a, b) => (quantity(b.allocatable[resource]) ?? 0) - (quantity(a.allocatable[resource]) ?? 0),
    )[0]
    const largest = quantity(most?.allocatable[resource])
    if (largest === null || sum <= largest) continue
    const biggest = apps.toSorted((a, b) => b.amount - a.amount)[0]!.container
    const text = biggest.requests[resource] ?? ''
    return {
      because: `it asks for ${text} of ${resource}, and the largest node has ${most?.allocatable[resource] ?? ''}`,
      evidence: fieldQuote(pod, `spec.containers[${biggest.name}].resources.requests.${resource}`, text),
    }
  }
  return null
}

/** Claims that keep it waiting: unbound, missing, or on a volume that another zone has. */
function claimsOf(view: ClusterView, pod: Pod, message: string): Why | null {
  const named = pod.spec.volumes.flatMap(({ claim }) => claim ?? [])
  const references = named.map((name) => ({ kind: 'PersistentVolumeClaim', namespace: pod.namespace, name }))
  const missing = references.filter(({ name }) => message.includes(`persistentvolumeclaim "${name}" not found`))
  if (missing.length > 0) {
    const because = 'a pod mounts it, and it does not exist'
    return {
      says: `its claim ${missing[0]!.name} does not exist`,
      blames: missing.map((object) => ({ object, because, strength: 'direct' })),
      involves: [],
      evidence: [],
    }
  }
  if (/unbound immediate PersistentVolumeClaims|did not find available persistent volumes/.test(message)) {
    return { says: 'a claim of it is not bound', blames: [], involves: references, evidence: [] }
  }
  if (/ReadWriteOncePod access mode already in-use/.test(message)) {
    const single = references.filter(({ name }) =>
      view.get('PersistentVolumeClaim', pod.namespace, name)?.accessModes.includes('ReadWriteOncePod'),
    )
    const because = 'its access mode ReadWriteOncePod lets one pod use it, and another does'
    return {
      says: 'a claim of it is used by another pod, and lets only one',
      blames: single.map((object) => ({ object, because, strength: 'direct' })),
      involves: single.length === 0 ? references : [],
      evidence: [],
    }
  }
  if (!/volume node affinity conflict|didn't match PersistentVolume's node affinity/.test(message)) return null
  for (const reference of references) {
    const claim = view.get('PersistentVolumeClaim', pod.namespace, reference.name)
    const volume = claim && view.get('PersistentVolume', '', claim.volume)
    if (!claim || !volume || volume.nodeTerms.length === 0) continue
    const where = textOf(volume.nodeTerms)
    return {
      says: `its volume ${volume.name} can only be used where ${where}, and no node there takes it`,
      blames: [
        {
          object: reference,
          because: `its volume ${volume.name} is bound to ${where}, where the pod cannot run`,
          strength: 'direct',
        },
      ],
      involves: [],
      evidence: [fieldQuote(volume, 'spec.nodeAffinity', where)],
    }
  }
  return { says: 'a volume of it is elsewhere', blames: [], involves: references, evidence: [] }
}
