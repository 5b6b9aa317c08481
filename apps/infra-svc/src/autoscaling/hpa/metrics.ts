import { type ClusterView, type HorizontalPodAutoscaler, type HpaMetric } from '@akashic/kubernetes'
import { fieldQuote } from '../../analyse/quote.ts'
import { advise, type Advice } from '../advice.ts'
import { percent } from '../amounts.ts'
import type { AuditedContainer } from '../audit-workload.ts'
import { injectedInto, resourcesOf, type Workload } from '../scaled-workload.ts'
import type { ScalingSettings } from '../settings.ts'
import { isResource, isShare } from './audited-hpa.ts'
import { auditMemory } from './memory.ts'
import { missingMetrics } from './missing-metrics.ts'

export interface MetricsLook {
  readonly view: ClusterView
  readonly settings: ScalingSettings
  readonly containers: readonly AuditedContainer[]
  /** Metrics that the cluster serves for the pods of the workload. */
  readonly served: ReadonlySet<string>
}

/** What is wrong with what an autoscaler goes by. @param workload null where there is none. */
export function auditMetrics(
  hpa: HorizontalPodAutoscaler,
  workload: Workload | null,
  { view, settings, containers, served }: MetricsLook,
): readonly Advice[] {
  return [
    ...(workload === null ? [] : missingRequests(view, hpa, workload)),
    ...(workload === null ? [] : highTarget(hpa, containers, settings.cpuTarget)),
    ...missingMetrics(view, hpa),
    ...auditMemory(hpa, containers),
    ...unusedMetrics(hpa, settings, served),
  ]
}

/** Containers of the pods, among them what was injected, without the request of which a metric is a share.
 *  Source: the controller's replica calculator, which gives up at the first such container. */
export function withoutRequest(view: ClusterView, workload: Workload, metric: HpaMetric): readonly string[] {
  if (!isShare(metric)) return []
  const resource = metric.name
  const own = resourcesOf(view, workload)
    .filter(({ requests }) => (resource === 'cpu' || resource === 'memory') && requests[resource] === null)
    .map(({ container }) => container)
  const injected = injectedInto(view, workload)
    .filter(({ requests, limits }) => requests[resource] === undefined && limits[resource] === undefined)
    .map(({ name }) => name)
  return [...own, ...injected].filter((name) => metric.type === 'Resource' || name === metric.container)
}

function missingRequests(view: ClusterView, hpa: HorizontalPodAutoscaler, workload: Workload): readonly Advice[] {
  return hpa.metrics.flatMap((metric) =>
    withoutRequest(view, workload, metric).map((container) =>
      advise(hpa, {
        ...{ rule: 'hpa-missing-request', severity: 'critical', part: `${metric.name}/${container}` },
        summary: `It scales by a share of the ${metric.name} that pods ask for, and container ${container} of ${workload.kind} ${workload.name} asks for none: it cannot tell the share, and never scales by it.`,
        evidence: [
          targetQuote(hpa, metric),
          fieldQuote(
            workload,
            `spec.template.spec.containers[${container}].resources.requests.${metric.name}`,
            'not set',
          ),
        ],
      }),
    ),
  )
}

const targetQuote = (hpa: HorizontalPodAutoscaler, { name, targetUtilization }: HpaMetric) =>
  fieldQuote(hpa, `spec.metrics[${name}].target.averageUtilization`, `${targetUtilization ?? 'not set'}`)

/** Room that a jump in load needs until new pods are ready: a quarter more than the target. */
const leastRoom = 1.25

/** A pod is sure of what it asks for, and of no more. Where its limit lets it take more, that is what others leave. */
function highTarget(
  hpa: HorizontalPodAutoscaler,
  containers: readonly AuditedContainer[],
  wanted: number,
): readonly Advice[] {
  const metric = hpa.metrics.find((each) => isResource('cpu')(each) && isShare(each))
  if (metric === undefined || metric.targetUtilization! <= wanted) return []
  const target = metric.targetUtilization! / 100
  const room = 1 / target - 1
  const isTight = 1 / target < leastRoom && burst(containers) / target < leastRoom
  const sure = room <= 0 ? 'no room' : `room for ${percent(room)} more load`
  return [
    advise(hpa, {
      ...{ rule: 'hpa-target-high', severity: isTight ? 'warning' : 'info', part: 'cpu' },
      summary: `Its target of ${metric.targetUtilization} % leaves ${sure} within what pods ask for until new ones are ready${isTight ? ': a jump in load is felt by users' : ''}.`,
      evidence: [targetQuote(hpa, metric)],
      arithmetic: [
        `100 % asked for ÷ ${percent(target)} = ${(1 + room).toFixed(2)} of the load; at the ${wanted} % that is wanted it is ${(100 / wanted).toFixed(2)}`,
      ],
    }),
  ]
}

/** How much of what they ask for containers may use together. */
function burst(containers: readonly AuditedContainer[]): number {
  if (containers.some(({ limits }) => limits.cpu === null)) return Infinity
  const sum = (field: 'requests' | 'limits') => containers.reduce((all, each) => all + (each[field].cpu ?? 0), 0)
  return sum('requests') === 0 ? 1 : sum('limits') / sum('requests')
}

/** Metrics of the load itself, which tell of it before CPU does. */
function unusedMetrics(
  hpa: HorizontalPodAutoscaler,
  { podsMetrics }: ScalingSettings,
  served: ReadonlySet<string>,
): readonly Advice[] {
  return podsMetrics
    .filter(({ name }) => served.has(name) && !hpa.metrics.some((each) => each.type === 'Pods' && each.name === name))
    .map(({ name, averageValue }) =>
      advise(hpa, {
        ...{ rule: 'hpa-metric-unused', severity: 'info', part: name },
        summary: `The cluster serves ${name} for its pods, and it does not scale by it: ${averageValue} a pod is what is wanted.`,
        evidence: [fieldQuote(hpa, 'spec.metrics', hpa.metrics.map((each) => each.name).join(', ') || 'none')],
      }),
    )
}
