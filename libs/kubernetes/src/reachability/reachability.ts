import type { ClusterView } from '../model/cluster-view.ts'
import type { NetworkPolicy } from '../resource/network-policy.ts'
import { isReady, type Pod } from '../resource/pod.ts'
import { referenceText, referenceTo, type Kind, type Reference } from '../resource/resources.ts'
import { selectorOfLabels } from '../selector/selector.ts'
import { evaluatePolicies, type Direction, type Peer, type Traffic } from './evaluate-policies.ts'

export interface ReachStep {
  readonly object: Reference
  readonly says: string
  /** null where it cannot be told. */
  readonly isAllowed: boolean | null
}

/** allowed and denied are what the policies say, where the cluster's network enforces them; partly: some endpoints of a
 *  Service are allowed and some are not; no_route: there is nothing to reach; unknown: something needed was not read. */
export interface Reachability {
  readonly verdict: 'allowed' | 'denied' | 'partly' | 'no_route' | 'unknown'
  readonly says: string
  readonly steps: readonly ReachStep[]
  /** Policies that restrict and do not allow it. */
  readonly denies: readonly Reference[]
}

export type Endpoint =
  { readonly kind: 'Pod' | 'Service'; readonly namespace: string; readonly name: string } | { readonly ip: string }

export interface ReachQuestion {
  readonly from: Endpoint
  readonly to: Endpoint
  readonly port: number
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP'
}

/** Whether traffic from one end reaches the other by the policies, with every rule that decides named. */
export function canReach(view: ClusterView, question: ReachQuestion): Reachability {
  const missing = (['Pod', 'NetworkPolicy', 'Namespace'] as const).find(
    (kind) => view.freshness(kind).state === 'unknown',
  )
  if (missing) return unread(view, missing)
  const { from, to, port, protocol = 'TCP' } = question
  const source = podAt(view, from)
  if (source === undefined) return noRoute(`there is no ${nameOf(from)}`)
  if ('ip' in to) return between(view, source, { ip: to.ip }, { port, protocol })
  if (to.kind === 'Pod') {
    const pod = view.get('Pod', to.namespace, to.name)
    return pod ? between(view, source, { pod }, { port, protocol }) : noRoute(`there is no ${nameOf(to)}`)
  }
  return throughService(view, source, to, { port, protocol })
}

/** Whether a pod reaches the cluster's name service on UDP 53. */
export function reachesDns(view: ClusterView, pod: Pod): Reachability {
  const service = view.get('Service', 'kube-system', 'kube-dns')
  const labels = service?.selector ?? { 'k8s-app': 'kube-dns' }
  const servers = view.podsSelectedBy('kube-system', selectorOfLabels(labels))
  const target = Number(service?.ports.find(({ protocol, port }) => protocol === 'UDP' && port === 53)?.targetPort)
  const [server = standInFor(pod, labels)] = servers
  return between(view, { pod }, { pod: server }, { port: Number.isInteger(target) ? target : 53, protocol: 'UDP' })
}

/** Rules are asked of a name server as it would be, where none runs. */
const standInFor = (pod: Pod, labels: Pod['labels']): Pod => ({
  ...pod,
  namespace: 'kube-system',
  name: 'kube-dns',
  uid: '',
  labels,
  podIps: [],
})

function podAt(view: ClusterView, end: Endpoint): Peer | undefined {
  if ('ip' in end) return { ip: end.ip }
  const pod = view.get('Pod', end.namespace, end.name)
  return pod && { pod }
}

function between(view: ClusterView, source: Peer, target: Peer, traffic: Traffic): Reachability {
  if ('pod' in source && 'pod' in target && source.pod.uid === target.pod.uid && source.pod.uid !== '') {
    return { verdict: 'allowed', says: 'a pod always reaches itself', steps: [], denies: [] }
  }
  const onHost = [source, target].flatMap((end) => ('pod' in end && end.pod.spec.isHostNetwork ? end.pod : []))
  if (onHost[0]) {
    const says = `${referenceText(onHost[0])} is on the network of its node, where policies are up to the network plugin`
    return { verdict: 'unknown', says, steps: [{ object: referenceTo(onHost[0]), says, isAllowed: null }], denies: [] }
  }
  const receiver = 'pod' in target ? target.pod : null
  const steps = [
    ...('pod' in source ? [oneWay(view, 'egress', source.pod, target, traffic, receiver)] : []),
    ...('pod' in target ? [oneWay(view, 'ingress', target.pod, source, traffic, receiver)] : []),
  ]
  const denied = steps.find(({ step }) => step.isAllowed === false)
  return {
    verdict: denied ? 'denied' : 'allowed',
    says: denied?.step.says ?? 'no policy stands in the way',
    steps: steps.map(({ step }) => step),
    denies: steps.flatMap(({ step, isolating }) => (step.isAllowed === false ? isolating.map(referenceTo) : [])),
  }
}

function oneWay(
  view: ClusterView,
  direction: Direction,
  pod: Pod,
  peer: Peer,
  traffic: Traffic,
  receiver: Pod | null,
): { step: ReachStep; isolating: readonly NetworkPolicy[] } {
  const { isAllowed, isolating, allowedBy } = evaluatePolicies(view, direction, pod, peer, traffic, receiver)
  const what = `${direction} of ${traffic.protocol} ${traffic.port}`
  const other = 'pod' in peer ? referenceText(peer.pod) : peer.ip
  const names = isolating.map(({ name }) => name).join(', ')
  const says = allowedBy
    ? `NetworkPolicy ${allowedBy.policy.name} selects ${referenceText(pod)}, and its ${direction} rule ${allowedBy.rule + 1} allows ${what} with ${other}`
    : isAllowed
      ? `no policy restricts ${direction} of ${referenceText(pod)}`
      : `NetworkPolicy ${names} selects ${referenceText(pod)}, and no ${direction} rule allows ${what} with ${other}`
  return { step: { object: referenceTo(allowedBy?.policy ?? isolating[0] ?? pod), says, isAllowed }, isolating }
}

function throughService(
  view: ClusterView,
  source: Peer,
  to: Reference & { readonly kind: 'Service' | 'Pod' },
  traffic: Traffic,
): Reachability {
  const service = view.get('Service', to.namespace, to.name)
  if (!service) return noRoute(`there is no ${nameOf(to)}`)
  const port = service.ports.find((each) => each.port === traffic.port && each.protocol === traffic.protocol)
  if (!port) return noRoute(`Service ${service.name} has no port ${traffic.protocol} ${traffic.port}`)
  const pods = view.podsSelectedBy(service.namespace, selectorOfLabels(service.selector ?? { '': '' })).filter(isReady)
  if (pods.length === 0) return noRoute(`Service ${service.name} has no ready endpoint`)
  const answers = pods.map((pod) =>
    between(view, source, { pod }, { ...traffic, port: targetOf(pod, port.targetPort) }),
  )
  const verdicts = new Set(answers.map(({ verdict }) => verdict))
  const denied = answers.find(({ verdict }) => verdict === 'denied')
  const shown = denied ?? answers[0]!
  const verdict = verdicts.size === 1 ? shown.verdict : 'partly'
  const says =
    verdict === 'partly'
      ? `${answers.filter((each) => each.verdict === 'denied').length} of ${answers.length} endpoints are not let through: ${shown.says}`
      : shown.says
  const route = {
    object: referenceTo(service),
    says: `Service ${service.name} sends port ${traffic.port} to ${port.targetPort} of ${pods.length} ready pods`,
    isAllowed: true,
  }
  return { verdict, says, steps: [route, ...shown.steps], denies: shown.denies }
}

function targetOf(pod: Pod, targetPort: string): number {
  if (/^\d+$/.test(targetPort)) return Number(targetPort)
  return pod.spec.containers.flatMap(({ ports }) => ports).find(({ name }) => name === targetPort)?.port ?? 0
}

const noRoute = (says: string): Reachability => ({ verdict: 'no_route', says, steps: [], denies: [] })

function unread(view: ClusterView, kind: Kind): Reachability {
  const freshness = view.freshness(kind)
  const why = freshness.state === 'unknown' ? freshness.reason : ''
  return { verdict: 'unknown', says: `${kind} objects were not read: ${why}`, steps: [], denies: [] }
}

const nameOf = (end: Endpoint): string => ('ip' in end ? end.ip : referenceText(end))
