import {
  conditionOf,
  quantity,
  referenceTo,
  type ClusterView,
  type Container,
  type Node,
  type Pod,
  type Reference,
  type Requirement,
} from '@akashic/kubernetes'
import type { Blame, Evidence, Finding } from '../../finding/finding.ts'
import { ofEndingClaim } from '../../remedy/claim.ts'
import { ofFullNode } from '../../remedy/node.ts'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import {
  ofBoundVolume,
  ofNodeRule,
  ofRequest,
  ofRule,
  ofSingleUse,
  ofStrategy,
  ofToleration,
  type PlacementRule,
} from '../../remedy/placement.ts'
import { absence, fieldQuote } from '../quote.ts'
import { describe, lookAt } from '../remedies.ts'
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
    remedies: [lookAt('See what each node has left', 'kubectl describe nodes'), describe(pod)],
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
  const claims = claimsOf(view, pod, owner, message)
  if (claims) return claims
  const nodes = [...view.all('Node')]
  const says = whatSchedulerSays(message)
  const blame = (told: Pick<Blame, 'because'> & Partial<Blame>, evidence: readonly Evidence[] = []): Why => ({
    says,
    blames: [{ object: owner, strength: 'direct', ...told }],
    involves: [],
    evidence,
  })
  const matching = nodes.filter((node) => mayRunOn(node, neededNodes(pod.spec)))
  const allowed = matching.filter(({ taints }) => !taints.some((taint) => isLasting(taint) && repels(pod, taint)))
  const tooMuch = asksTooMuch(pod, allowed.length > 0 ? allowed : nodes, nodes)
  if (tooMuch) {
    const { because, strength, evidence, resource, container } = tooMuch
    const ask = { container, resource, nodes: allowed.length > 0 ? allowed : nodes }
    return blame({ because, strength, ...ofRequest(view, owner, ask) }, [evidence])
  }
  if (matching.length === 0 && nodes.length > 0 && hasNodeRule(pod)) {
    const because = `its node selector or affinity asks for ${textOf(neededNodes(pod.spec))}, and no node has that`
    return blame({ because, ...ofNodeRule(view, owner) })
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
    const because = `it tolerates no taint ${taint.key}, which every node has that it could run on`
    return blame({ because, ...ofToleration(view, owner, taint) }, [evidence])
  }
  const surge = surgeWithoutRoom(view, pod, owner, message)
  if (surge) return blame({ because: surge, ...ofStrategy(view, owner) })
  const ofItsOwn = /Insufficient|Too many pods/.test(message) ? null : ruleOfItsOwn(pod, matching, message)
  if (ofItsOwn) return blame({ ...ofItsOwn, ...ofRule(view, owner, ofItsOwn.rule) })
  const [only] = allowed
  if (only && allowed.length === 1 && /Too many pods/.test(message) && !/Insufficient/.test(message)) {
    const full = ofFullNode(only)
    return { says, blames: [{ object: referenceTo(only), strength: 'direct', ...full }], involves: [], evidence: [] }
  }
  const meant = matching.filter((node) => mayBeMeant(pod, node, message))
  return { says, blames: [], involves: meant.map(referenceTo).slice(0, 20), evidence: [] }
}

/** Without what preemption would not change. Source: the scheduler's FitError. */
const whatSchedulerSays = (message: string): string =>
  message
    .replace(/^\d+\/\d+ nodes are available: /, '')
    .replace(/\. (?:no new claims to deallocate, )?preemption: .*$/s, '')
    .replace(/\.$/, '')

interface OwnRule extends Pick<Blame, 'because' | 'strength'> {
  readonly rule: PlacementRule
}

/** What the pod demands of nodes beside room and labels, where nothing but that keeps it out. */
function ruleOfItsOwn(pod: Pod, matching: readonly Node[], message: string): OwnRule | null {
  const { affinity } = pod.spec as { affinity: { podAffinity?: unknown; podAntiAffinity?: unknown } | null }
  if (/free ports/.test(message) && !hasLifecycleTaint(matching)) {
    const because = 'it asks for a port of the node that is taken on every node where it may run'
    return { because, strength: 'direct', rule: 'ports' }
  }
  if (/didn't match pod anti-affinity/.test(message) && affinity?.podAntiAffinity) {
    const because = 'its pod anti-affinity leaves no node: there are not as many nodes as it wants apart'
    return { because, strength: 'direct', rule: 'affinity' }
  }
  if (/didn't match pod affinity/.test(message) && affinity?.podAffinity) {
    return {
      because: 'its pod affinity wants to be near pods that are on no node where it may run',
      strength: 'inferred',
      rule: 'affinity',
    }
  }
  if (/topology spread/.test(message)) {
    return { because: 'its topology spread constraints leave no node', strength: 'direct', rule: 'spread' }
  }
  return null
}

const repels = (pod: Pod, taint: Node['taints'][number]): boolean =>
  (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !tolerates(pod.spec.tolerations, taint)

/** Of the nodes that would do all but those whose own trouble the scheduler does not speak of: it counts nodes by reason, and
 *  names none. */
function mayBeMeant(pod: Pod, { isCordoned, taints }: Node, message: string): boolean {
  const repelling = taints
    .filter(({ key }) => key !== 'node.kubernetes.io/unschedulable')
    .some((each) => repels(pod, each))
  return (!isCordoned || /unschedulable/.test(message)) && (!repelling || /taint/.test(message))
}

const isLasting = ({ key }: Node['taints'][number]): boolean => !lifecycleTaints.has(key)

const hasLifecycleTaint = (nodes: readonly Node[]): boolean =>
  nodes.some(({ taints, isCordoned }) => isCordoned || taints.some(({ key }) => lifecycleTaints.has(key)))

const hasNodeRule = ({ spec }: Pod): boolean => neededNodes(spec).length > 0

const textOf = (terms: readonly (readonly Requirement[])[]): string =>
  terms
    .map((term) =>
      term.map(({ key, operator, values }) => `${key} ${operator} ${values.join(',')}`.trim()).join(' and '),
    )
    .join(' or ')

interface TooMuch extends Pick<Blame, 'because' | 'strength'> {
  readonly evidence: Evidence
  readonly resource: string
  /** That asks for most. */
  readonly container: string
}

/** More than any of the nodes has, even an empty one. */
function asksTooMuch(pod: Pod, nodes: readonly Node[], all: readonly Node[]): TooMuch | null {
  const { containers } = pod.spec
  for (const resource of new Set(containers.flatMap(({ requests }) => Object.keys(requests)))) {
    const has = (node: Node | undefined): number | null => offered(node, resource)
    const most = nodes.toSorted((a, b) => (has(b) ?? 0) - (has(a) ?? 0))[0]
    const largest = has(most)
    const asked = together(containers, resource)
    if (largest === null || sumOf(asked, resource) <= largest) continue
    const biggest = asked.toSorted((a, b) => amountOf(b, resource) - amountOf(a, resource))[0]!
    const texts = asked.flatMap(({ requests }) => requests[resource] ?? [])
    const evidence = fieldQuote(
      pod,
      `spec.containers[${biggest.name}].resources.requests.${resource}`,
      biggest.requests[resource] ?? '',
    )
    // Without the plugin that offers it a node has none: then the pod may ask rightly.
    if (largest === 0) {
      return {
        because: `it asks for ${texts.join(' + ')} of ${resource}, and no node has any`,
        strength: 'inferred',
        evidence,
        ...{ resource, container: biggest.name },
      }
    }
    const where = nodes.length < all.length ? 'the largest node where it may run' : 'the largest node'
    const because = `it asks for ${texts.join(' + ')} of ${resource}, and ${where} has ${most?.allocatable[resource] ?? ''}`
    return { because, strength: 'direct', evidence, resource, container: biggest.name }
  }
  return null
}

/** Null where the node does not say what it has. A device is told only by nodes that have it. */
const offered = (node: Node | undefined, resource: string): number | null =>
  quantity(node?.allocatable[resource]) ?? (resource.includes('/') && node?.allocatable['cpu'] ? 0 : null)

const amountOf = ({ requests }: Container, resource: string): number => quantity(requests[resource]) ?? 0

const sumOf = (containers: readonly Container[], resource: string): number =>
  containers.reduce((sum, container) => sum + amountOf(container, resource), 0)

/** Those that run side by side and ask for most: sidecars with the apps, or with one of the containers before them.
 *  Source: KEP-753, "Resources calculation for scheduling and pod admission". */
function together(containers: readonly Container[], resource: string): readonly Container[] {
  const groups = containers.flatMap((each, index) =>
    each.role === 'init' ? [[...containers.slice(0, index).filter(({ role }) => role === 'sidecar'), each]] : [],
  )
  const apps = containers.filter(({ role }) => role === 'app' || role === 'sidecar')
  return [apps, ...groups].toSorted((a, b) => sumOf(b, resource) - sumOf(a, resource))[0]!
}

/** Claims that keep it waiting: unbound, missing, or on a volume that another zone has. */
function claimsOf(view: ClusterView, pod: Pod, owner: Reference, message: string): Why | null {
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
    (node) => mayRunOn(node, neededNodes(pod.spec)) && !node.taints.some((taint) => repels(pod, taint)),
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
