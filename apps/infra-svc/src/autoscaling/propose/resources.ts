import type { ClusterView, HorizontalPodAutoscaler } from '@akashic/kubernetes'
import { percent, quantityText } from '../amounts.ts'
import type { AuditedContainer } from '../audit-workload.ts'
import { capacityWarnings, podAsks } from '../capacity.ts'
import { heldAt } from '../hpa/audited-hpa.ts'
import { followed } from '../right-size.ts'
import type { ContainerResources, Workload } from '../scaled-workload.ts'
import { inFront, proposalOf, shellJson, type Proposal } from './proposal.ts'
import { presentTemplate, proposedTemplate } from './template-patch.ts'

const resources = ['cpu', 'memory'] as const

/** What the containers of a workload should ask for, as a patch of its template; null where that is as it should be. */
export function proposeResources(
  view: ClusterView,
  workload: Workload,
  containers: readonly AuditedContainer[],
  hpas: readonly HorizontalPodAutoscaler[],
): Proposal | null {
  const changed = containers.filter(({ sized }) => sized.length > 0)
  if (changed.length === 0) return null
  const after = containers.map((each) => followed(each.sized, each))
  const [before, then] = [containers, after].map((each) => ({ pods: workload.replicas, containers: each }))
  const { kind, namespace, name } = workload
  return proposalOf(view, {
    ...{ kind: 'resources', object: workload, owned: workload, insteadOf: null },
    title: `Right-size ${kind} ${namespace}/${name}`,
    changes: changed.flatMap(({ container, sized }) =>
      sized.map(({ resource, field, now, proposed }) => {
        const was = now === null ? 'not set' : quantityText(resource, now)
        return `${container} ${field}.${resource}: ${was} -> ${quantityText(resource, proposed)}`
      }),
    ),
    arithmetic: changed.flatMap(({ container, sized }) =>
      sized.map(({ resource, field, arithmetic }) => `${container} ${field}.${resource}: ${arithmetic}`),
    ),
    warnings: [
      'It starts a rollout: every pod is made anew.',
      ...otherShares(workload, containers, after, hpas),
      ...otherQuality(containers, after),
      ...capacityWarnings(view, workload, before!, then!),
    ],
    manifest: {
      ...{ apiVersion: 'apps/v1', kind, metadata: { name, namespace } },
      ...proposedTemplate(workload, containers),
    },
    undo: `kubectl patch ${inFront(workload)} --type=strategic -p ${shellJson(presentTemplate(workload, containers))}`,
  })
}

/** An autoscaler measures shares of requests: other requests are other shares of the same use. */
function otherShares(
  { replicas }: Workload,
  containers: readonly AuditedContainer[],
  after: readonly ContainerResources[],
  hpas: readonly HorizontalPodAutoscaler[],
): readonly string[] {
  const targets = heldAt(hpas)
  return resources.flatMap((resource) => {
    const target = targets[resource]
    const [was, becomes] = [podAsks(containers, resource), podAsks(after, resource)]
    const used = containers.reduce((total, { use }) => total + (use?.[resource].p50 ?? 0), 0)
    if (target === null || becomes === 0 || was === becomes) return []
    const shares = was === 0 ? 'unknown' : percent(used / was)
    const wants = Math.max(1, Math.ceil((replicas * used) / becomes / target))
    return [
      `HorizontalPodAutoscaler ${hpas.map(({ name }) => name).join(' and ')} scales by the share of ${resource}: the usual ${quantityText(resource, used)} a pod become ${percent(used / becomes)} instead of ${shares}, of a target of ${percent(target)}: ${replicas} × ${percent(used / becomes)} ÷ ${percent(target)} = ${wants} pods.`,
    ]
  })
}

/** Pods whose every request is their limit are the last to be evicted. */
function otherQuality(before: readonly ContainerResources[], after: readonly ContainerResources[]): readonly string[] {
  const isGuaranteed = (all: readonly ContainerResources[]): boolean =>
    all.every(({ requests, limits }) =>
      resources.every((each) => limits[each] !== null && requests[each] === limits[each]),
    )
  return isGuaranteed(before) && !isGuaranteed(after)
    ? ['Its pods go from quality of service Guaranteed to Burstable: under pressure of memory they are evicted sooner.']
    : []
}
