import { trimOptionalSelector, trimSelector, type LabelSelector } from '../selector/selector.ts'
import { trimMeta, type Meta } from './meta.ts'
import { at, intOrTextAt, listAt, numberAt, textAt, textsAt, type Raw } from './raw.ts'

/** Who may be at the other end. Exactly what was written: an absent selector differs from an empty one. */
export interface PolicyPeer {
  readonly podSelector: LabelSelector | null
  readonly namespaceSelector: LabelSelector | null
  readonly ipBlock: { readonly cidr: string; readonly except: readonly string[] } | null
}

export interface PolicyPort {
  readonly protocol: string
  /** Number or name; '' for every port. */
  readonly port: string
  readonly endPort: number | null
}

export interface PolicyRule {
  /** null where the field is absent or empty: everybody. */
  readonly peers: readonly PolicyPeer[] | null
  /** null where the field is absent or empty: every port. */
  readonly ports: readonly PolicyPort[] | null
}

export interface NetworkPolicy extends Meta {
  readonly kind: 'NetworkPolicy'
  readonly podSelector: LabelSelector
  readonly restricts: { readonly ingress: boolean; readonly egress: boolean }
  readonly ingress: readonly PolicyRule[]
  readonly egress: readonly PolicyRule[]
}

/** Source of the defaults: networking.k8s.io/v1 NetworkPolicySpec. Without policyTypes a policy restricts ingress, and
 *  egress where it has egress rules. */
export function trimNetworkPolicy(raw: Raw): NetworkPolicy {
  const spec = at(raw, 'spec')
  const types = textsAt(spec, 'policyTypes')
  const egress = listAt(spec, 'egress')
  return {
    kind: 'NetworkPolicy',
    ...trimMeta(raw),
    podSelector: trimSelector(at(spec, 'podSelector')),
    restricts:
      types.length === 0
        ? { ingress: true, egress: egress.length > 0 }
        : { ingress: types.includes('Ingress'), egress: types.includes('Egress') },
    ingress: listAt(spec, 'ingress').map((rule) => trimRule(rule, 'from')),
    egress: egress.map((rule) => trimRule(rule, 'to')),
  }
}

function trimRule(raw: Raw, peerField: 'from' | 'to'): PolicyRule {
  const [peers, ports] = [listAt(raw, peerField), listAt(raw, 'ports')]
  return {
    peers: peers.length === 0 ? null : peers.map(trimPeer),
    ports:
      ports.length === 0
        ? null
        : ports.map((port) => ({
            protocol: textAt(port, 'protocol') || 'TCP',
            port: intOrTextAt(port, 'port'),
            endPort: numberAt(port, null, 'endPort'),
          })),
  }
}

function trimPeer(raw: Raw): PolicyPeer {
  const cidr = textAt(raw, 'ipBlock', 'cidr')
  return {
    podSelector: trimOptionalSelector(raw, 'podSelector'),
    namespaceSelector: trimOptionalSelector(raw, 'namespaceSelector'),
    ipBlock: cidr === '' ? null : { cidr, except: textsAt(raw, 'ipBlock', 'except') },
  }
}
