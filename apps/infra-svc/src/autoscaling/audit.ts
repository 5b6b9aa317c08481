import {
  referenceText,
  referenceTo,
  type ClusterView,
  type HorizontalPodAutoscaler,
  type Reference,
} from '@akashic/kubernetes'
import { autoscalers } from '../analyse/scaling/autoscalers.ts'
import { flapping } from '../analyse/scaling/flapping.ts'
import type { PoolRoom } from '../database/pool-room.ts'
import { noLogs } from '../log/log-lines.ts'
import { managersOf } from '../rollout/managers.ts'
import type { WorkloadUse } from '../usage/shares.ts'
import { adviceOf, worstFirst, type Advice } from './advice.ts'
import { auditWorkload, type AuditedWorkload } from './audit-workload.ts'
import { heldAt, hpasOf, scaledBy } from './hpa/audited-hpa.ts'
import { auditDatabase } from './hpa/database.ts'
import { auditMetrics } from './hpa/metrics.ts'
import { auditTarget } from './hpa/target.ts'
import type { Proposal } from './propose/proposal.ts'
import { proposalsFor, type Audited } from './propose/proposals.ts'
import { servedFor, type ServedMetrics } from './read-served-metrics.ts'
import { workloadKinds, type Workload } from './scaled-workload.ts'
import type { ScalingSettings } from './settings.ts'
import type { History } from './use.ts'
import { auditVpa, sizerOf } from './vpa/audit-vpa.ts'
import { acts, type VerticalPodAutoscaler } from './vpa/vertical-pod-autoscaler.ts'

/** All that an audit goes by. */
export interface AuditFacts {
  readonly view: ClusterView
  /** ms since 1970: the time of the view. */
  readonly now: number
  /** Empty: all. */
  readonly namespace: string
  readonly history: History
  readonly settings: ScalingSettings
  readonly useOf: (workload: Reference) => WorkloadUse | undefined
  /** Why no use is measured now; '' where it is. */
  readonly unmeasured: string
  /** Null where the cluster has no such kind, or they could not be read. */
  readonly vpas: readonly VerticalPodAutoscaler[] | null
  /** Why it is not known what sets replicas and requests; '' where it is. Then nothing is proposed. */
  readonly unseen: string
  readonly rooms: readonly PoolRoom[]
  readonly served: ServedMetrics
}

export interface AuditedHpa {
  readonly autoscaler: Reference
  readonly target: Reference
  readonly minReplicas: number
  readonly maxReplicas: number
  readonly currentReplicas: number
  readonly advice: readonly Advice[]
}

export interface AuditedVpa {
  readonly autoscaler: Reference
  readonly target: Reference
  readonly updateMode: string
  readonly advice: readonly Advice[]
}

export interface Audit {
  readonly workloads: readonly (AuditedWorkload & { readonly managedBy: readonly string[] })[]
  readonly autoscalers: readonly AuditedHpa[]
  readonly verticalAutoscalers: readonly AuditedVpa[]
  readonly proposals: readonly Proposal[]
}

/** How workloads are sized and scaled, and what would be better. Pure: the same facts give the same audit. */
export function audit(facts: AuditFacts): Audit {
  const { view, namespace } = facts
  const of = <T extends Reference>(all: Iterable<T>): readonly T[] =>
    [...all]
      .filter((each) => namespace === '' || each.namespace === namespace)
      .toSorted((a, b) => referenceText(a).localeCompare(referenceText(b)))
  const workloads = of(workloadKinds.flatMap((kind): Workload[] => [...view.all(kind)])).filter(
    ({ owners }) =>
      !owners.some(({ isController, kind }) => isController && workloadKinds.some((each) => each === kind)),
  )
  const sized = new Map(workloads.map((workload) => [workload.uid, workloadAudit(workload, facts)]))
  const kept = keptAdvice(facts)
  const hpas = of(view.all('HorizontalPodAutoscaler')).map((hpa) => ({ hpa, ...hpaAudit(hpa, facts, sized, kept) }))
  const vpas = of(facts.vpas ?? []).map((vpa) => ({ vpa, advice: auditVpa(view, vpa) }))
  const audited: Audited = {
    workloads: workloads.map((workload) => ({ workload, containers: sized.get(workload.uid)!.containers })),
    hpaAdvice: new Map(hpas.map(({ hpa, advice }) => [hpa.uid, advice])),
    vpas,
  }
  return {
    workloads: workloads.map((workload) => ({
      ...sized.get(workload.uid)!,
      managedBy: managersOf(view, workload).map(({ says }) => says),
    })),
    autoscalers: hpas.map(({ hpa: _, ...told }) => told),
    verticalAutoscalers: vpas.map(({ vpa, advice }) => ({
      ...{ autoscaler: referenceTo(vpa), target: referenceTo(vpa.target), updateMode: vpa.updateMode },
      advice,
    })),
    proposals: facts.unseen === '' ? proposalsFor(audited, facts) : [],
  }
}

function workloadAudit(workload: Workload, facts: AuditFacts): AuditedWorkload {
  const sizer = sizerOf(facts.vpas ?? [], workload)
  return auditWorkload(workload, {
    ...{ view: facts.view, use: facts.useOf(workload), history: facts.history },
    ...{ unmeasured: facts.unmeasured, unseen: facts.unseen },
    heldAt: heldAt(hpasOf(facts.view, workload)),
    sizedBy: sizer !== undefined && acts(sizer) ? sizer.name : null,
  })
}

/** What is kept as findings of autoscalers, by their uid. */
function keptAdvice({ view, now }: AuditFacts): ReadonlyMap<string, readonly Advice[]> {
  const look = { view, now, logs: noLogs }
  const found = [...autoscalers.find(look), ...flapping.find(look)]
  return new Map(
    [...Map.groupBy(found, ({ uid }) => uid)].map(([uid, findings]) => [uid, findings.map(adviceOf)] as const),
  )
}

/** What tells why an autoscaler has no metrics. */
const reasons = new Set(['hpa-missing-request', 'hpa-metric-missing', 'hpa-shared-target'])

function hpaAudit(
  hpa: HorizontalPodAutoscaler,
  { view, rooms, settings, served }: AuditFacts,
  sized: ReadonlyMap<string, AuditedWorkload>,
  kept: ReadonlyMap<string, readonly Advice[]>,
): AuditedHpa {
  const workload = scaledBy(view, hpa)
  const containers = (workload && sized.get(workload.uid)?.containers) ?? []
  const own = [
    ...auditMetrics(hpa, workload, { view, settings, containers, served: servedFor(view, workload, served) }),
    ...auditTarget(view, hpa, workload),
    ...auditDatabase(hpa, rooms, view),
  ]
  const told = new Set(own.map(({ rule }) => rule))
  if ([...told].some((rule) => reasons.has(rule))) told.add('hpa-no-metrics')
  const findings = (kept.get(hpa.uid) ?? []).filter(({ rule }) => !told.has(rule))
  const { minReplicas, maxReplicas, currentReplicas, target, namespace } = hpa
  return {
    ...{ autoscaler: referenceTo(hpa), target: { kind: target.kind, namespace, name: target.name } },
    ...{ minReplicas, maxReplicas, currentReplicas, advice: worstFirst([...findings, ...own]) },
  }
}
