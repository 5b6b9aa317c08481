import { canReach, referenceText, type ClusterView, type Pod, type Reference, type Service } from '@akashic/kubernetes'

export interface Denial {
  readonly policy: Reference
  readonly says: string
}

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
  const says = `it does not let ${referenceText(pod)} reach Service ${service.name} on ${protocol} ${asked.port}`
  return denies.map((policy) => ({ policy, says }))
}
