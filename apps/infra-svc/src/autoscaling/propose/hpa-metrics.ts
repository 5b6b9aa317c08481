import type { ClusterView, HorizontalPodAutoscaler, HpaMetric } from '@akashic/kubernetes'
import { percent, type ResourceName } from '../amounts.ts'
import type { AuditedContainer } from '../audit-workload.ts'
import { isResource, isShare, metricApi } from '../hpa/audited-hpa.ts'
import { memoryAtRest } from '../hpa/memory.ts'
import { apiState } from '../hpa/missing-metrics.ts'
import { followed } from '../right-size.ts'
import { setBy } from '../vpa/audit-vpa.ts'
import type { VerticalPodAutoscaler } from '../vpa/vertical-pod-autoscaler.ts'
import { shellJson } from './proposal.ts'
import type { ScalingSettings } from '../settings.ts'

export interface MetricsPlan {
  /** For `spec.metrics`, as autoscaling/v2 writes them. */
  readonly metrics: readonly unknown[]
  readonly changes: readonly string[]
  readonly arithmetic: readonly string[]
  /** What is left out, and why. */
  readonly warnings: readonly string[]
}

export interface MetricsFacts {
  readonly view: ClusterView
  readonly containers: readonly AuditedContainer[]
  readonly settings: ScalingSettings
  /** Metrics that the cluster serves for the pods of the workload. */
  readonly served: ReadonlySet<string>
  /** Why that is not known of all; '' where it is. */
  readonly unserved: string
  /** The VerticalPodAutoscaler that sets the requests of the workload; null where none acts. */
  readonly sizer: VerticalPodAutoscaler | null
}

/** By what an autoscaler should scale: CPU below the most that is wanted, memory where it says anything of the load, the
 *  metrics of pods that are served, and what it has that works. @param hpa null for a new one. @param minReplicas that it
 *  is to have. */
export function planMetrics(
  hpa: HorizontalPodAutoscaler | null,
  facts: MetricsFacts,
  minReplicas: number,
): MetricsPlan {
  const existing = hpa?.metrics ?? []
  const others = existing.filter((metric) => !isResource('cpu')(metric) && !isResource('memory')(metric))
  const plans = [
    ...(['cpu', 'memory'] as const).map(
      (resource) => besideSizer(resource, existing, facts) ?? sharePlan(resource, existing, facts, minReplicas),
    ),
    ...others.map((metric) => otherPlan(metric, facts.view)),
    ...facts.settings.podsMetrics
      .filter(({ name }) => !others.some((metric) => metric.type === 'Pods' && metric.name === name))
      .map((metric) => podsPlan(metric, facts)),
  ]
  const metrics = plans.flatMap((each) => each.metrics)
  // The API server takes no metric for 80 % of CPU.
  if (metrics.length === 0)
    return plan(
      existing.map(({ spec }) => spec),
      {
        warnings: [
          ...plans.flatMap(({ warnings }) => warnings),
          'What it scales by stays as it is: nothing better is left.',
        ],
      },
    )
  return {
    metrics,
    changes: plans.flatMap(({ changes }) => changes),
    arithmetic: plans.flatMap(({ arithmetic }) => arithmetic),
    warnings: plans.flatMap(({ warnings }) => warnings),
  }
}

const plan = (metrics: readonly unknown[], more: Partial<MetricsPlan> = {}): MetricsPlan => ({
  ...{ changes: [], arithmetic: [], warnings: [] },
  ...more,
  metrics,
})

const share = (name: ResourceName, averageUtilization: number) => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization } },
})

const sharePlan = (
  resource: ResourceName,
  existing: readonly HpaMetric[],
  facts: MetricsFacts,
  minReplicas: number,
): MetricsPlan =>
  resource === 'cpu' ? cpuPlan(existing, facts.settings.cpuTarget) : memoryPlan(existing, facts, minReplicas)

/** A share of requests is not added beside what sets just these; null where nothing does, or it is scaled by already, which is
 *  the VerticalPodAutoscaler's to leave. Source: the documentation of the Vertical Pod Autoscaler, "Known limitations". */
function besideSizer(
  resource: ResourceName,
  existing: readonly HpaMetric[],
  { sizer, containers }: MetricsFacts,
): MetricsPlan | null {
  if (sizer === null || existing.some((metric) => metric.name === resource && isShare(metric))) return null
  if (!setBy(sizer, containers).includes(resource)) return null
  const off = shellJson({ spec: { updatePolicy: { updateMode: 'Off' } } })
  return plan(
    existing.filter(isResource(resource)).map(({ spec }) => spec),
    {
      warnings: [
        `${resource === 'cpu' ? 'CPU' : 'Memory'} is left out: VerticalPodAutoscaler ${sizer.name} sets the ${resource} that pods ask for, and each would move what the other measures. Scale by a metric of pods, such as requests a second; or let it only recommend, and ask for proposals again: kubectl patch -n ${sizer.namespace} vpa/${sizer.name} --type=merge -p ${off}`,
      ],
    },
  )
}

function cpuPlan(existing: readonly HpaMetric[], target: number): MetricsPlan {
  const now = existing.find(isResource('cpu'))
  if (now === undefined && existing.some(({ type, name }) => type === 'ContainerResource' && name === 'cpu'))
    return plan([])
  if (now === undefined)
    return plan([share('cpu', target)], { changes: [`cpu: not measured -> ${target} % of requests`] })
  if (!isShare(now) || now.targetUtilization! <= target) return plan([now.spec])
  return plan([share('cpu', target)], { changes: [`cpu target: ${now.targetUtilization} % -> ${target} %`] })
}

/** More pods do not lower what each keeps in memory at rest: it is taken in where that does not keep pods running, and
 *  given up where it keeps them all. */
function memoryPlan(
  existing: readonly HpaMetric[],
  { containers, settings }: MetricsFacts,
  minReplicas: number,
): MetricsPlan {
  const now = existing.find(isResource('memory'))
  if (now !== undefined && !isShare(now)) return plan([now.spec])
  const target = Math.min(now?.targetUtilization ?? 100, settings.memoryTarget)
  const after = containers.map((each) => followed(each.sized, each))
  const rest = memoryAtRest(containers, after, target)
  if (rest === null) {
    const warnings = ['Whether memory follows the load is not known yet: it is left as it is.']
    return now === undefined ? plan([], { warnings }) : plan([now.spec], { warnings })
  }
  const isUnfit = now === undefined ? rest.keeps > minReplicas : rest.keeps === Infinity
  if (isUnfit) {
    const means = Number.isFinite(rest.keeps) ? `it would never go below ${rest.keeps} pods` : 'it would never go down'
    const warnings = [
      `Memory is left out: at rest it is at ${percent(rest.share)} of its request, and more pods do not lower that: by it alone ${means}.`,
    ]
    const changes = now === undefined ? [] : [`memory target: ${now.targetUtilization} % -> none`]
    return plan([], { changes, arithmetic: [rest.arithmetic], warnings })
  }
  const before = now === undefined ? 'not measured' : `${now.targetUtilization} %`
  const changes = now?.targetUtilization === target ? [] : [`memory target: ${before} -> ${target} %`]
  return plan([share('memory', target)], {
    ...{ changes, arithmetic: [rest.arithmetic] },
    warnings: ['Memory seldom goes down: it keeps pods from running out, and CPU decides when there are fewer.'],
  })
}

function otherPlan(metric: HpaMetric, view: ClusterView): MetricsPlan {
  const group = metricApi(metric)
  const { state, says } = group === null ? { state: 'served', says: '' } : apiState(view, group)
  if (state !== 'missing') return plan([metric.spec])
  return plan([], {
    changes: [`${metric.type} metric ${metric.name}: removed`],
    warnings: [`${metric.type} metric ${metric.name} is left out: ${says}. With it, it would not scale down.`],
  })
}

function podsPlan(
  { name, averageValue }: ScalingSettings['podsMetrics'][number],
  { served, unserved }: MetricsFacts,
): MetricsPlan {
  if (!served.has(name))
    return plan([], {
      warnings: [
        unserved === ''
          ? `Pods metric ${name} is left out: no custom metrics API serves it for these pods.`
          : `Pods metric ${name} is left out: whether it is served for these pods is not known (${unserved}).`,
      ],
    })
  return plan([{ type: 'Pods', pods: { metric: { name }, target: { type: 'AverageValue', averageValue } } }], {
    changes: [`Pods metric ${name}: not measured -> ${averageValue} a pod`],
  })
}
