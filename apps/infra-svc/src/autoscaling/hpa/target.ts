import {
  referenceTo,
  selects,
  type ClusterView,
  type HorizontalPodAutoscaler,
  type Reference,
} from '@akashic/kubernetes'
import { fieldQuote } from '../../analyse/quote.ts'
import { managersOf } from '../../rollout/managers.ts'
import { advise, type Advice } from '../advice.ts'
import type { Workload } from '../scaled-workload.ts'
import { hpasOf } from './audited-hpa.ts'

/** What is wrong between an autoscaler and what it scales. That its target is not there is a finding. */
export function auditTarget(
  view: ClusterView,
  hpa: HorizontalPodAutoscaler,
  workload: Workload | null,
): readonly Advice[] {
  return [
    ...(workload === null ? [] : [...sharedTarget(view, hpa, workload), ...fightsManifest(view, hpa, workload)]),
    ...blockedDrains(view, hpa, workload),
    ...noBehavior(hpa),
  ]
}

function sharedTarget(view: ClusterView, hpa: HorizontalPodAutoscaler, workload: Workload): readonly Advice[] {
  const others = hpasOf(view, workload).filter(({ uid }) => uid !== hpa.uid)
  if (others.length === 0) return []
  return [
    advise(hpa, {
      ...{ rule: 'hpa-shared-target', severity: 'critical' },
      summary: `${workload.kind} ${workload.name} is scaled by ${others.map(({ name }) => name).join(' and ')} too: while there are several, none of them scales it.`,
      evidence: [hpa, ...others].map((each) =>
        fieldQuote(each, 'spec.scaleTargetRef', `${each.target.kind}/${each.target.name}`),
      ),
    }),
  ]
}

/** With each apply the manifest's number comes back, and pods are killed or made for nothing. */
function fightsManifest(view: ClusterView, hpa: HorizontalPodAutoscaler, workload: Workload): readonly Advice[] {
  if (workload.kind === 'DaemonSet' || workload.manifestReplicas === null) return []
  const owner = managersOf(view, workload).find(({ kind }) => kind !== 'hpa')
  const applied =
    owner === undefined
      ? 'it is applied'
      : `${owner.kind === 'operator' ? owner.name : `${owner.kind} (${owner.name})`} applies it`
  return [
    advise(hpa, {
      ...{ rule: 'hpa-fights-manifest', severity: 'warning' },
      summary: `The manifest of ${workload.kind} ${workload.name} says ${workload.manifestReplicas} replicas: each time ${applied}, that undoes what the autoscaler did. Leave replicas out of it.`,
      evidence: [
        fieldQuote(workload, 'spec.replicas as applied', workload.manifestReplicas),
        fieldQuote(hpa, 'spec.minReplicas, spec.maxReplicas', `${hpa.minReplicas}, ${hpa.maxReplicas}`),
      ],
    }),
  ]
}

/** Pods that a budget wants while there are so many; null where it selects none of the workload. */
export function keptByBudgets(
  view: ClusterView,
  workload: Workload,
  replicas: number,
): readonly { readonly budget: Reference; readonly kept: number; readonly says: string }[] {
  const { labels } = workload.template
  return [...view.inNamespace('PodDisruptionBudget', workload.namespace)]
    .filter(({ selector }) => selector !== null && selects(selector, labels))
    .map((budget) => {
      const says =
        budget.minAvailable === '' ? `maxUnavailable ${budget.maxUnavailable}` : `minAvailable ${budget.minAvailable}`
      const kept =
        budget.minAvailable === ''
          ? replicas - scaledUp(budget.maxUnavailable || '1', replicas)
          : scaledUp(budget.minAvailable, replicas)
      return { budget: referenceTo(budget), kept, says }
    })
}

/** A number, or a percentage of all rounded up, as the disruption controller does. */
function scaledUp(text: string, of: number): number {
  const share = /^(\d+)%$/.exec(text)
  return share ? Math.ceil((Number(share[1]) / 100) * of) : Number(text)
}

function blockedDrains(view: ClusterView, hpa: HorizontalPodAutoscaler, workload: Workload | null): readonly Advice[] {
  if (workload === null) return []
  const { minReplicas } = hpa
  return keptByBudgets(view, workload, minReplicas)
    .filter(({ kept }) => kept >= minReplicas && minReplicas > 0)
    .map(({ budget, kept, says }) =>
      advise(hpa, {
        ...{ rule: 'hpa-blocks-drain', severity: 'warning', part: budget.name },
        summary: `At its minimum of ${minReplicas} PodDisruptionBudget ${budget.name} (${says}) lets no pod be evicted: a node that one runs on cannot be drained.`,
        evidence: [
          fieldQuote(hpa, 'spec.minReplicas', minReplicas),
          fieldQuote(budget, `spec.${says.split(' ')[0]!}`, says.split(' ')[1] ?? ''),
        ],
        arithmetic: [`${minReplicas} pods - ${kept} that must stay = ${minReplicas - kept} that may go`],
      }),
    )
}

function noBehavior(hpa: HorizontalPodAutoscaler): readonly Advice[] {
  if (hpa.behavior !== null) return []
  return [
    advise(hpa, {
      ...{ rule: 'hpa-no-behavior', severity: 'info' },
      summary:
        'It has no behavior: it goes up by the double at once on each reading, and may go down to its minimum in one step.',
      evidence: [fieldQuote(hpa, 'spec.behavior', 'not set')],
    }),
  ]
}
