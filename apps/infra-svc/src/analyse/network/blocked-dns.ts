import {
  isReady,
  reachesDns,
  referenceTo,
  type ClusterView,
  type NetworkPolicy,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import type { Finding, Remedy } from '../../finding/finding.ts'
import { logFacts } from '../../log/log-facts.ts'
import type { Analyser, Look } from '../analyser.ts'
import { letThrough, podsAsPeer, policyQuotes } from '../../remedy/policy.ts'
import { logQuote } from '../quote.ts'

/** A policy that lets pods out to somewhere, and not to the name service that they need to get there. One that lets
 *  nothing out is meant so, unless a log shows the names that are missed. */
export const blockedDns: Analyser = {
  rules: ['policy-blocks-dns'],
  needs: ['NetworkPolicy', 'Pod', 'Service'],
  *find(look) {
    for (const policy of look.view.all('NetworkPolicy')) {
      if (policy.restricts.egress) yield* found(look, policy)
    }
  },
}

function* found(look: Look, policy: NetworkPolicy): Iterable<Finding> {
  const pods = look.view
    .podsSelectedBy(policy.namespace, policy.podSelector)
    .filter(({ phase, deletedAt }) => phase === 'Running' && deletedAt === null)
  const cut = sampleOf(pods).filter((pod) => isDenied(look.view, pod, policy))
  if (cut.length === 0) return
  const witness = cut.map((pod) => witnessOf(look, pod)).find((each) => each !== null) ?? null
  const isMeant = policy.egress.length === 0
  const suffering = cut.some((pod) => !isReady(pod))
  if (isMeant && witness === null) return
  const object = referenceTo(policy)
  yield {
    rule: 'policy-blocks-dns',
    severity: witness !== null || suffering ? 'critical' : 'warning',
    object,
    uid: policy.uid,
    part: '',
    reason: 'DnsDenied',
    summary: `It cuts ${pods.length} pods off from the cluster's name service.`,
    evidence: witness ? [witness] : [],
    remedies: [],
    blames: [
      {
        object,
        because: "it lets nothing out to port 53 of the cluster's name service",
        strength: 'direct',
        evidence: policyQuotes(policy, 'egress'),
        remedies: [letOutToDns(look.view, policy)],
      },
    ],
    involves: [],
    since: policy.lastWrite?.at ?? policy.createdAt,
  }
}

function letOutToDns(view: ClusterView, policy: NetworkPolicy): Remedy {
  const service = view.get('Service', 'kube-system', 'kube-dns') ?? view.get('Service', 'kube-system', 'coredns')
  const targets = service?.ports.filter(({ port }) => port === 53).map(({ targetPort }) => targetPort) ?? []
  const numbers = targets.filter((each) => /^\d+$/.test(each)).map(Number)
  const ports = [...new Set([53, ...numbers])].flatMap((port) => [
    { protocol: 'UDP', port },
    { protocol: 'TCP', port },
  ])
  const peer = podsAsPeer(policy.namespace, 'kube-system', service?.selector ?? { 'k8s-app': 'kube-dns' })
  return letThrough(policy, 'egress', { peer, ports }, "Let its pods out to the cluster's name service")
}

const mostSampled = 20
/** Pods of one workload are alike: a few of each template tell for all. */
function sampleOf(pods: readonly Pod[]): readonly Pod[] {
  const bySpec = new Map(pods.map((pod) => [pod.labels, pod]))
  const notReady = pods.filter((pod) => !isReady(pod))
  return [...new Set([...notReady.slice(0, mostSampled), ...bySpec.values()])].slice(0, mostSampled)
}

function isDenied(view: ClusterView, pod: Pod, policy: NetworkPolicy): boolean {
  const { verdict, denies } = reachesDns(view, pod)
  return (
    verdict === 'denied' &&
    denies.some(({ namespace, name }: Reference) => namespace === policy.namespace && name === policy.name)
  )
}

function witnessOf({ logs }: Look, pod: Pod) {
  const fact = logFacts(logs(pod.uid)).find(({ kind }) => kind === 'dns_failure')
  return fact ? logQuote(pod, fact.container, fact.line) : null
}
