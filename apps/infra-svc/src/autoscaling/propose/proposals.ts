import type { ClusterView } from '@akashic/kubernetes'
import type { PoolRoom } from '../../database/pool-room.ts'
import type { WorkloadUse } from '../../usage/shares.ts'
import type { Advice } from '../advice.ts'
import type { AuditedWorkload } from '../audit-workload.ts'
import { hpasOf } from '../hpa/audited-hpa.ts'
import { withMost } from '../hpa/database.ts'
import { servedFor, type ServedMetrics } from '../read-served-metrics.ts'
import type { Workload } from '../scaled-workload.ts'
import type { ScalingSettings } from '../settings.ts'
import { sizedWorkload, sizerOf } from '../vpa/audit-vpa.ts'
import { acts, type VerticalPodAutoscaler } from '../vpa/vertical-pod-autoscaler.ts'
import { improveHpa, proposeHpa, type HpaFacts, type ScalingProposal } from './hpa.ts'
import type { Proposal } from './proposal.ts'
import { proposeResources } from './resources.ts'
import { improveVpa, proposeVpa } from './vpa.ts'

interface SizedWorkload extends Pick<AuditedWorkload, 'containers'> {
  readonly workload: Workload
}

/** What was found, to go by. */
export interface Audited {
  readonly workloads: readonly SizedWorkload[]
  /** By the uid of the autoscaler. */
  readonly hpaAdvice: ReadonlyMap<string, readonly Advice[]>
  readonly vpas: readonly { readonly vpa: VerticalPodAutoscaler; readonly advice: readonly Advice[] }[]
}

interface ProposalFacts {
  readonly view: ClusterView
  readonly settings: ScalingSettings
  readonly useOf: (workload: Workload) => WorkloadUse | undefined
  readonly vpas: readonly VerticalPodAutoscaler[] | null
  readonly rooms: readonly PoolRoom[]
  readonly served: ServedMetrics
}

/** What would be better. All of it but what is instead of another can be applied together: no two take the same connections of
 *  a database, or set and measure the same requests. */
export function proposalsFor(audited: Audited, facts: ProposalFacts): readonly Proposal[] {
  const { view } = facts
  let { rooms } = facts
  const proposals: Proposal[] = []
  for (const each of audited.workloads.filter(({ workload }) => workload.replicas > 0)) {
    const resources = proposeResources(view, each.workload, each.containers, hpasOf(view, each.workload))
    const scaling = proposeScaling(each, resources, audited, { ...facts, rooms })
    if (scaling !== null) rooms = withMost(rooms, view, each.workload, scaling.most)
    const sizing = scaling === null && resources !== null ? proposeSizing(each, resources, facts) : null
    proposals.push(...[resources, scaling?.proposal, sizing].flatMap((made) => made ?? []))
  }
  for (const { vpa, advice } of audited.vpas) {
    const sized = sizedWorkload(view, vpa)
    const containers = audited.workloads.find(({ workload }) => workload.uid === sized?.uid)?.containers ?? []
    const improved = improveVpa(view, vpa, sized, containers, advice)
    if (improved !== null) proposals.push(improved)
  }
  return proposals
}

function proposeScaling(
  { workload, containers }: SizedWorkload,
  resources: Proposal | null,
  { hpaAdvice }: Audited,
  { view, settings, rooms, served, vpas, useOf }: ProposalFacts,
): ScalingProposal | null {
  const sizing = sizerOf(vpas ?? [], workload)
  const sizer = sizing !== undefined && acts(sizing) ? sizing : null
  const hpaFacts: HpaFacts = {
    ...{ view, containers, sizer, settings, rooms, resources: resources?.name ?? null },
    ...{ served: servedFor(view, workload, served), unserved: served.problem },
  }
  const [hpa, ...others] = hpasOf(view, workload)
  // While several fight over one target, a better one of them helps nobody.
  if (others.length > 0) return null
  if (hpa) return improveHpa(hpa, workload, hpaAdvice.get(hpa.uid) ?? [], hpaFacts)
  return sizer !== null ? null : proposeHpa(workload, useOf(workload), hpaFacts)
}

const proposeSizing = (
  { workload, containers }: SizedWorkload,
  resources: Proposal,
  { view, vpas }: ProposalFacts,
): Proposal | null =>
  vpas === null || sizerOf(vpas, workload) !== undefined ? null : proposeVpa(view, workload, containers, resources)
