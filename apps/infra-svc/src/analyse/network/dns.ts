import { referenceTo, selectorOfLabels, type ClusterView, type Service } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { hasReadyEndpoint } from '../known.ts'
import { podsOf, topOwner } from '../owner.ts'
import { absence } from '../quote.ts'
import { ofNoReplicas } from '../../remedy/scale.ts'
import { describe, lookAt } from '../remedies.ts'

/** The cluster's name service has nobody who answers: every name is unknown to every pod. */
export const dnsDown: Analyser = {
  rules: ['dns-down'],
  needs: ['Service', 'EndpointSlice', 'Deployment'],
  *find({ view }) {
    if (view.freshness('EndpointSlice').state === 'unknown') return
    const service = view.get('Service', 'kube-system', 'kube-dns') ?? view.get('Service', 'kube-system', 'coredns')
    if (!service?.selector || hasReadyEndpoint(view, service) !== false) return
    const servers = workloadsOf(view, service)
    const off = servers.find(({ replicas }) => replicas === 0)
    yield {
      rule: 'dns-down',
      severity: 'critical',
      object: referenceTo(service),
      uid: service.uid,
      part: '',
      reason: 'NoReadyEndpoints',
      summary: 'The name service of the cluster has no ready endpoint: no pod can resolve a name.',
      evidence: [absence(service, 'no EndpointSlice has a ready endpoint')],
      remedies: [
        lookAt('See the name servers', 'kubectl get pods -n kube-system -l k8s-app=kube-dns'),
        ...servers.map(({ object }) => describe(object)),
      ],
      blames: off
        ? [
            {
              object: off.object,
              because: 'it is scaled to 0, and it is the name service of the cluster',
              strength: 'direct',
              ...ofNoReplicas(view, off.object, 2),
            },
          ]
        : [],
      involves: servers.map(({ object }) => object),
      since: null,
    }
  },
}

function workloadsOf(view: ClusterView, { namespace, selector }: Service) {
  const wanted = selectorOfLabels(selector ?? {})
  const found = (['Deployment', 'DaemonSet'] as const).flatMap((kind) =>
    [...view.inNamespace(kind, namespace)].filter(({ template }) =>
      Object.entries(wanted.labels).every(([key, value]) => template.labels[key] === value),
    ),
  )
  if (found.length > 0) return found.map((each) => ({ object: referenceTo(each), replicas: each.replicas }))
  const [pod] = view.podsSelectedBy(namespace, wanted)
  return pod ? [{ object: topOwner(view, pod), replicas: podsOf(view, topOwner(view, pod)).length }] : []
}
