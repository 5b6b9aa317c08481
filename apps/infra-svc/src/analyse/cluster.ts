import { apiServices } from './admission/api-services.ts'
import { oldVersions } from './admission/old-versions.ts'
import { quotas } from './admission/quotas.ts'
import { webhooks } from './admission/webhooks.ts'
import type { Analyser } from './analyser.ts'
import { blockedDns } from './network/blocked-dns.ts'
import { certificates } from './network/certificates.ts'
import { dnsDown } from './network/dns.ts'
import { ingress } from './network/ingress.ts'
import { ingressUpstreams } from './network/ingress-upstreams.ts'
import { policies } from './network/policies.ts'
import { serviceEndpoints } from './network/service-endpoints.ts'
import { targetPort } from './network/target-port.ts'
import { nodeConditions } from './node/conditions.ts'
import { nodeCordoned } from './node/cordoned.ts'
import { nodeLimits } from './node/crowded.ts'
import { autoscalers } from './scaling/autoscalers.ts'
import { budgets } from './scaling/budgets.ts'
import { flapping } from './scaling/flapping.ts'
import { claims } from './storage/claims.ts'
import { nearFull } from './storage/near-full.ts'
import { releasedVolumes } from './storage/released.ts'
import { statefulSetClass } from './storage/statefulset-class.ts'

/** Of all that is no pod and no workload. */
export const clusterAnalysers: readonly Analyser[] = [
  nodeConditions,
  nodeLimits,
  nodeCordoned,
  serviceEndpoints,
  targetPort,
  ingress,
  ingressUpstreams,
  certificates,
  dnsDown,
  blockedDns,
  policies,
  claims,
  releasedVolumes,
  nearFull,
  statefulSetClass,
  autoscalers,
  flapping,
  budgets,
  webhooks,
  apiServices,
  quotas,
  oldVersions,
]
