import type { Texts } from '../../resource/raw.ts'

interface Selector {
  matchLabels?: Texts
}
interface Rule {
  from?: readonly {
    podSelector?: Selector
    namespaceSelector?: Selector
    ipBlock?: { cidr: string; except?: readonly string[] }
  }[]
  ports?: readonly { protocol?: string; port?: number; endPort?: number }[]
}
/** A policy as it is written, for ingress. */
export interface WrittenPolicy {
  namespace: string
  podSelector: Selector
  ingress: readonly Rule[]
}
export interface WrittenPod {
  namespace: string
  labels: Texts
  ip: string
}

const matches = (selector: Selector, labels: Texts): boolean =>
  Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)

const number = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const inside = (ip: string, cidr: string): boolean => {
  const [network = '', bits = '0'] = cidr.split('/')
  const size = 2 ** (32 - Number(bits))
  return Math.floor(number(ip) / size) === Math.floor(number(network) / size)
}

/** The documentation of NetworkPolicy for ingress, read out as it is written. */
export function mayEnter(
  policies: readonly WrittenPolicy[],
  namespaces: Readonly<Record<string, Texts>>,
  from: WrittenPod,
  to: WrittenPod,
  traffic: { port: number; protocol: string },
): boolean {
  const selecting = policies.filter(
    (policy) => policy.namespace === to.namespace && matches(policy.podSelector, to.labels),
  )
  if (selecting.length === 0) return true
  for (const policy of selecting) {
    for (const rule of policy.ingress) {
      let peer = rule.from === undefined || rule.from.length === 0
      for (const each of rule.from ?? []) {
        if (each.ipBlock) {
          if (inside(from.ip, each.ipBlock.cidr) && !(each.ipBlock.except ?? []).some((cidr) => inside(from.ip, cidr)))
            peer = true
        } else if (each.namespaceSelector && each.podSelector) {
          if (
            matches(each.namespaceSelector, namespaces[from.namespace] ?? {}) &&
            matches(each.podSelector, from.labels)
          )
            peer = true
        } else if (each.namespaceSelector) {
          if (matches(each.namespaceSelector, namespaces[from.namespace] ?? {})) peer = true
        } else if (each.podSelector && from.namespace === policy.namespace && matches(each.podSelector, from.labels))
          peer = true
      }
      let port = rule.ports === undefined || rule.ports.length === 0
      for (const each of rule.ports ?? []) {
        if ((each.protocol ?? 'TCP') !== traffic.protocol) continue
        if (each.port === undefined) port = true
        else if (
          each.endPort === undefined
            ? each.port === traffic.port
            : traffic.port >= each.port && traffic.port <= each.endPort
        )
          port = true
      }
      if (peer && port) return true
    }
  }
  return false
}
