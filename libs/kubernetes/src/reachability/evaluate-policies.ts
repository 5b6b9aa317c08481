import { BlockList, isIP } from 'node:net'
import type { ClusterView } from '../model/cluster-view.ts'
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from '../resource/network-policy.ts'
import type { Pod } from '../resource/pod.ts'
import { selects } from '../selector/selector.ts'

export type Direction = 'ingress' | 'egress'

/** Who is at the other end: a pod, or an address outside of the cluster's pods. */
export type Peer = { readonly pod: Pod } | { readonly ip: string }

export interface Traffic {
  readonly port: number
  readonly protocol: string
}

export interface PolicyVerdict {
  readonly isAllowed: boolean
  /** Policies that restrict the pod in this direction. */
  readonly isolating: readonly NetworkPolicy[]
  /** The first rule that allows; null where nothing restricts, or nothing allows. */
  readonly allowedBy: { readonly policy: NetworkPolicy; readonly rule: number } | null
}

/** Whether the policies let a pod's traffic through in one direction. Source: networking.k8s.io/v1 NetworkPolicy: a pod
 *  that no policy selects is not restricted; of those that select it, one rule that allows is enough.
 *  @param receiver the pod whose named ports count: the one that the traffic goes to; null outside of the cluster. */
export function evaluatePolicies(
  view: ClusterView,
  direction: Direction,
  pod: Pod,
  peer: Peer,
  traffic: Traffic,
  receiver: Pod | null,
): PolicyVerdict {
  const isolating = [...view.inNamespace('NetworkPolicy', pod.namespace)].filter(
    (policy) => policy.restricts[direction] && selects(policy.podSelector, pod.labels),
  )
  if (isolating.length === 0) return { isAllowed: true, isolating, allowedBy: null }
  for (const policy of isolating) {
    const rule = policy[direction].findIndex((each) => allows(view, policy, each, peer, traffic, receiver))
    if (rule >= 0) return { isAllowed: true, isolating, allowedBy: { policy, rule } }
  }
  return { isAllowed: false, isolating, allowedBy: null }
}

function allows(
  view: ClusterView,
  policy: NetworkPolicy,
  rule: PolicyRule,
  peer: Peer,
  traffic: Traffic,
  receiver: Pod | null,
): boolean {
  const isPeer = rule.peers === null || rule.peers.some((each) => isMeant(view, policy, each, peer))
  return isPeer && (rule.ports === null || rule.ports.some((port) => isPort(port, traffic, receiver)))
}

function isMeant(
  view: ClusterView,
  policy: NetworkPolicy,
  { podSelector, namespaceSelector, ipBlock }: PolicyPeer,
  peer: Peer,
): boolean {
  if (ipBlock !== null) {
    const addresses = 'pod' in peer ? peer.pod.podIps : [peer.ip]
    return addresses.some(
      (address) => isWithin(address, ipBlock.cidr) && !ipBlock.except.some((cidr) => isWithin(address, cidr)),
    )
  }
  if (!('pod' in peer)) return false
  const { pod } = peer
  if (namespaceSelector === null) {
    if (podSelector === null || pod.namespace !== policy.namespace) return false
  } else {
    const namespace = view.get('Namespace', '', pod.namespace)
    if (!namespace || !selects(namespaceSelector, namespace.labels)) return false
  }
  return podSelector === null || selects(podSelector, pod.labels)
}

function isPort({ protocol, port, endPort }: PolicyPort, traffic: Traffic, receiver: Pod | null): boolean {
  if (protocol !== traffic.protocol) return false
  if (port === '') return true
  if (/^\d+$/.test(port)) {
    const first = Number(port)
    return traffic.port >= first && traffic.port <= (endPort ?? first)
  }
  const declared = receiver?.spec.containers.flatMap(({ ports }) => ports) ?? []
  return declared.some((each) => each.name === port && each.port === traffic.port && each.protocol === protocol)
}

/** Whether an address is in a network. What is no address or no network is in none. */
export function isWithin(address: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/')
  const family = isIP(network)
  if (family === 0 || isIP(address) !== family || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false
  const list = new BlockList()
  const type = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(network, Number(bits), type)
  return list.check(address, type)
}
