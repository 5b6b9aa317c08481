import {
  canReach,
  referenceText,
  selects,
  type ClusterView,
  type NetworkPolicy,
  type Pod,
  type Reference,
  type Service,
} from '@akashic/kubernetes'
import type { Blame } from '../../finding/finding.ts'
import { lastingLabels, letThrough, podsAsPeer, policyQuotes } from '../../remedy/policy.ts'

type Denial = Pick<Blame, 'object' | 'because' | 'evidence' | 'remedies'>

/** The policies that keep a pod from a Service; none where it is let through, or where that cannot be said.
 *  @param port as the process named it: of the Service, or of the pods behind it. */
export function deniedBy(view: ClusterView, pod: Pod, service: Service, port: number | null): readonly Denial[] {
  const asked = service.ports.find((each) => each.port === port || each.targetPort === String(port)) ?? service.ports[0]
  if (!asked) return []
  const protocol = asked.protocol === 'UDP' || asked.protocol === 'SCTP' ? asked.protocol : 'TCP'
  const from = { kind: 'Pod' as const, namespace: pod.namespace, name: pod.name }
  const to = { kind: 'Service' as const, namespace: service.namespace, name: service.name }
  const { verdict, denies } = canReach(view, { from, to, port: asked.port, protocol })
  if (verdict !== 'denied') return []
  const because = `it does not let ${referenceText(pod)} reach Service ${service.name} on ${protocol} ${asked.port}`
  const ports = [{ protocol, port: /^\d+$/.test(asked.targetPort) ? Number(asked.targetPort) : asked.targetPort }]
  return denies.map((object) => {
    const policy = view.get('NetworkPolicy', object.namespace, object.name)
    return { object, because, ...(policy && ofDenial(policy, pod, service, ports)) }
  })
}

/** A policy of the one who asks keeps him in; one of whom he asks keeps him out. */
function ofDenial(
  policy: NetworkPolicy,
  pod: Pod,
  service: Service,
  ports: Parameters<typeof letThrough>[2]['ports'],
): Pick<Blame, 'evidence' | 'remedies'> {
  if (keepsIn(policy, pod)) {
    const peer = podsAsPeer(policy.namespace, service.namespace, service.selector ?? {})
    const title = `Let its pods out to those of Service ${service.name}`
    return {
      evidence: policyQuotes(policy, 'egress'),
      remedies: [letThrough(policy, 'egress', { peer, ports }, title)],
    }
  }
  const peer = podsAsPeer(policy.namespace, pod.namespace, lastingLabels(pod.labels))
  const title = `Let in the pods that are labelled as ${referenceText(pod)} is`
  return {
    evidence: policyQuotes(policy, 'ingress'),
    remedies: [letThrough(policy, 'ingress', { peer, ports }, title)],
  }
}

/** Whether a policy lets nothing out of a pod that it does not name. */
export const keepsIn = (policy: NetworkPolicy, pod: Pick<Pod, 'labels'> & Pick<Reference, 'namespace'>): boolean =>
  policy.restricts.egress && policy.namespace === pod.namespace && selects(policy.podSelector, pod.labels)
