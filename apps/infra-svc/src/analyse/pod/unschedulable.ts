import { conditionOf, referenceTo, type ClusterView, type Node, type Pod, type Reference } from '@akashic/kubernetes'
import type { Blame, Evidence, Finding } from '../../finding/finding.ts'
import { ofFullNode } from '../../remedy/node.ts'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { ofNodeRule, ofRequest, ofRule, ofStrategy, ofToleration, type PlacementRule } from '../../remedy/placement.ts'
import { fieldQuote } from '../quote.ts'
import { describe, lookAt } from '../remedies.ts'
import { claimsOf, type Why } from './claims-in-the-way.ts'
import { isLasting, lifecycleTaints, mayRunOn, neededNodes, repels, textOf } from './placement.ts'
import { asksTooMuch } from './room.ts'
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
  const allowed = matching.filter(({ taints }) => !taints.some((taint) => isLasting(taint) && repels(pod.spec, taint)))
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
  const untolerated = matching.filter((node) => node.taints.some((taint) => repels(pod.spec, taint)))
  if (matching.length > 0 && untolerated.length === matching.length && !hasLifecycleTaint(untolerated)) {
    const taint = untolerated[0]!.taints.find((each) => repels(pod.spec, each))!
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

/** Of the nodes that would do all but those whose own trouble the scheduler does not speak of: it counts nodes by reason, and
 *  names none. */
function mayBeMeant(pod: Pod, { isCordoned, taints }: Node, message: string): boolean {
  const repelling = taints
    .filter(({ key }) => key !== 'node.kubernetes.io/unschedulable')
    .some((each) => repels(pod.spec, each))
  return (!isCordoned || /unschedulable/.test(message)) && (!repelling || /taint/.test(message))
}

const hasLifecycleTaint = (nodes: readonly Node[]): boolean =>
  nodes.some(({ taints, isCordoned }) => isCordoned || taints.some(({ key }) => lifecycleTaints.has(key)))

const hasNodeRule = ({ spec }: Pod): boolean => neededNodes(spec).length > 0
