import { referenceTo, type LabelSelector, type NetworkPolicy, type PolicyRule, type Texts } from '@akashic/kubernetes'
import { fieldAbsence, fieldQuote } from '../analyse/quote.ts'
import type { Evidence, Remedy } from '../finding/finding.ts'
import { patch, pointer } from './command.ts'

type Direction = 'ingress' | 'egress'

/** Whom a rule is to let through, as the API has it. */
export interface RuleToAdd {
  /** Null where nothing tells them from others: then no rule is proposed that lets everybody through. */
  readonly peer: object | null
  readonly ports: readonly { readonly protocol: string; readonly port: number | string }[]
}

/** Pods, by their labels, as a policy in a namespace names them; null without a label, as that would be every pod. */
export const podsAsPeer = (policyNamespace: string, namespace: string, labels: Texts): object | null =>
  Object.keys(labels).length === 0
    ? null
    : {
        ...(namespace === policyNamespace
          ? {}
          : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }),
        podSelector: { matchLabels: labels },
      }

/** Add a rule to a policy; what it lets through already stays. */
export function letThrough(
  policy: NetworkPolicy,
  direction: Direction,
  { peer, ports }: RuleToAdd,
  title: string,
): Remedy {
  const changes = `which traffic gets ${direction === 'ingress' ? 'in to' : 'out of'} the pods that it selects, beside what does already`
  if (peer === null) {
    return {
      title: `${title}, once a label of theirs tells them from others: none does now`,
      ...{ command: null, changes, undo: 'take the rule out again', isDestructive: false },
    }
  }
  const rule = { [direction === 'ingress' ? 'from' : 'to']: [peer], ports }
  const count = policy[direction].length
  const at = pointer('spec', direction)
  const last = pointer('spec', direction, count)
  return patch(referenceTo(policy), {
    ...{ title, changes },
    type: 'json',
    to: count === 0 ? [{ op: 'add', path: at, value: [rule] }] : [{ op: 'add', path: `${at}/-`, value: rule }],
    back:
      count === 0
        ? [{ op: 'remove', path: at }]
        : [
            { op: 'test', path: last, value: rule },
            { op: 'remove', path: last },
          ],
  })
}

/** Whom a policy is about, and what it lets through in a direction, in the form of the API. */
export function policyQuotes(policy: NetworkPolicy, direction: Direction): readonly Evidence[] {
  const rules = policy[direction]
  const where = `spec.${direction}`
  return [
    fieldQuote(policy, 'spec.podSelector', selectorDocument(policy.podSelector)),
    rules.length === 0
      ? fieldAbsence(policy, where, 'it has no rule')
      : fieldQuote(
          policy,
          where,
          rules.map((rule) => ruleDocument(rule, direction === 'ingress' ? 'from' : 'to')),
        ),
  ]
}

const selectorDocument = ({ labels, expressions }: LabelSelector): object => ({
  ...(Object.keys(labels).length > 0 && { matchLabels: labels }),
  ...(expressions.length > 0 && {
    matchExpressions: expressions.map(({ key, operator, values }) => ({
      ...{ key, operator },
      ...(values.length > 0 && { values }),
    })),
  }),
})

const ruleDocument = ({ peers, ports }: PolicyRule, field: 'from' | 'to'): object => ({
  ...(ports !== null && {
    ports: ports.map(({ protocol, port, endPort }) => ({
      protocol,
      ...(port !== '' && { port: /^\d+$/.test(port) ? Number(port) : port }),
      ...(endPort !== null && { endPort }),
    })),
  }),
  ...(peers !== null && {
    [field]: peers.map(({ podSelector, namespaceSelector, ipBlock }) => ({
      ...(podSelector && { podSelector: selectorDocument(podSelector) }),
      ...(namespaceSelector && { namespaceSelector: selectorDocument(namespaceSelector) }),
      ...(ipBlock && { ipBlock: { cidr: ipBlock.cidr, ...(ipBlock.except.length > 0 && { except: ipBlock.except }) } }),
    })),
  }),
})

const ofRevision = new Set(['pod-template-hash', 'controller-revision-hash', 'statefulset.kubernetes.io/pod-name'])

/** The labels of a pod that its successors have too. */
export const lastingLabels = (labels: Texts): Texts =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !ofRevision.has(key)))
