import { isIPv4 } from 'node:net'
import type { ClusterView } from '../model/cluster-view.ts'
import type { NetworkPolicy, PolicyRule } from '../resource/network-policy.ts'
import type { Pod } from '../resource/pod.ts'
import { referenceText, referenceTo } from '../resource/resources.ts'
import { selects } from '../selector/selector.ts'
import { evaluatePolicies, type PolicyVerdict, type Traffic } from './evaluate-policies.ts'
import { reachesDns, type Reachability, type ReachStep } from './reachability.ts'

/** Addresses that are not of the internet. Source: the IANA registry of special-purpose IPv4 addresses. */
const reserved = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
].map(networkOf)

/** A range of IPv4 addresses that begins with a multiple of its size. */
interface Network {
  readonly first: number
  readonly bits: number
}

/** A part of the internet that every rule treats alike. */
interface Part {
  readonly verdict: PolicyVerdict
}

/** Whether a pod gets out to the internet by the policies: to all of it, to none, or to parts, with the rules that decide.
 *  Of addresses it knows those of IPv4. */
export function reachesInternet(view: ClusterView, pod: Pod, traffic: Traffic): Reachability {
  for (const kind of ['Pod', 'NetworkPolicy', 'Namespace'] as const) {
    const freshness = view.freshness(kind)
    if (freshness.state !== 'unknown') continue
    return { verdict: 'unknown', says: `${kind} objects were not read: ${freshness.reason}`, steps: [], denies: [] }
  }
  if (pod.spec.isHostNetwork) {
    const says = `${referenceText(pod)} is on the network of its node, where policies are up to the network plugin`
    return { verdict: 'unknown', says, steps: [{ object: referenceTo(pod), says, isAllowed: null }], denies: [] }
  }
  const parts = partsOf(view, pod, traffic)
  const [allowed, denied] = [true, false].map((wanted) => parts.filter(({ verdict }) => verdict.isAllowed === wanted))
  const steps = [...stepsOf(pod, traffic, allowed!, denied!), ...namesOf(view, pod)]
  const denies = denied!.length === 0 ? [] : denied![0]!.verdict.isolating.map(referenceTo)
  if (denied!.length === 0) return { verdict: 'allowed', says: steps[0]!.says, steps, denies }
  if (allowed!.length === 0) return { verdict: 'denied', says: steps[0]!.says, steps, denies }
  return { verdict: 'partly', says: `only some addresses are let through: ${steps[0]!.says}`, steps, denies }
}

function stepsOf(pod: Pod, traffic: Traffic, allowed: readonly Part[], denied: readonly Part[]): readonly ReachStep[] {
  const what = `egress of ${traffic.protocol} ${traffic.port}`
  const byRule = Map.groupBy(allowed, ({ verdict: { allowedBy } }) =>
    allowedBy === null ? '' : `${allowedBy.policy.name} ${allowedBy.rule}`,
  )
  const allows = [...byRule.values()].map((parts): ReachStep => {
    const by = parts[0]!.verdict.allowedBy
    return {
      object: referenceTo(by?.policy ?? pod),
      says: by
        ? `NetworkPolicy ${by.policy.name} selects ${referenceText(pod)}, and its egress rule ${by.rule + 1} allows ${what} to ${whereTo(by.policy.egress[by.rule])}`
        : `no policy restricts egress of ${referenceText(pod)}`,
      isAllowed: true,
    }
  })
  if (denied.length === 0) return allows
  const policies = denied[0]!.verdict.isolating
  const rest = allowed.length === 0 ? 'the internet' : 'the rest of the internet'
  const says = `NetworkPolicy ${policies.map(({ name }) => name).join(', ')} selects ${referenceText(pod)}, and no egress rule allows ${what} to ${rest}`
  return [...allows, { object: referenceTo(policies[0]!), says, isAllowed: false }]
}

function whereTo(rule: PolicyRule | undefined): string {
  const blocks = rule?.peers?.flatMap(({ ipBlock }) => ipBlock ?? []) ?? []
  if (blocks.length === 0) return 'everybody'
  return blocks
    .map(({ cidr, except }) => (except.length === 0 ? cidr : `${cidr} except ${except.join(', ')}`))
    .join(', ')
}

/** Most of what is out there is found by name. */
function namesOf(view: ClusterView, pod: Pod): readonly ReachStep[] {
  const { verdict, steps } = reachesDns(view, pod)
  const blocked = verdict === 'denied' ? steps.find(({ isAllowed }) => isAllowed === false) : undefined
  return blocked ? [{ ...blocked, says: `but it cannot look up names: ${blocked.says}` }] : []
}

/** Cuts the internet at the edges of every network that a policy names, until each part is treated alike. */
function partsOf(view: ClusterView, pod: Pod, traffic: Traffic): readonly Part[] {
  const policies = [...view.inNamespace('NetworkPolicy', pod.namespace)].filter(
    ({ restricts, podSelector }) => restricts.egress && selects(podSelector, pod.labels),
  )
  const edges = [...reserved, ...policies.flatMap(networksIn)]
  const parts: Part[] = []
  const cut = (network: Network): void => {
    if (reserved.some((each) => contains(each, network))) return
    if (edges.some((edge) => edge.bits > network.bits && contains(network, edge))) {
      const bits = network.bits + 1
      cut({ first: network.first, bits })
      cut({ first: network.first + 2 ** (32 - bits), bits })
      return
    }
    const verdict = evaluatePolicies(view, 'egress', pod, { ip: addressOf(network.first) }, traffic, null)
    parts.push({ verdict })
  }
  cut({ first: 0, bits: 0 })
  return parts
}

const networksIn = ({ egress }: NetworkPolicy): readonly Network[] =>
  egress
    .flatMap(({ peers }) => peers ?? [])
    .flatMap(({ ipBlock }) => (ipBlock === null ? [] : [ipBlock.cidr, ...ipBlock.except]))
    .filter(isNetwork)
    .map(networkOf)

function isNetwork(cidr: string): boolean {
  const [address = '', bits = ''] = cidr.split('/')
  return isIPv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32
}

function networkOf(cidr: string): Network {
  const [address = '', bits = '32'] = cidr.split('/')
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(bits))
  return { first: number - (number % size), bits: Number(bits) }
}

const contains = (outer: Network, inner: Network): boolean =>
  inner.bits >= outer.bits && inner.first >= outer.first && inner.first < outer.first + 2 ** (32 - outer.bits)

const addressOf = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
