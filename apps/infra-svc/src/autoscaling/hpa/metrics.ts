import {
  conditionOf,
  type ClusterView,
  type HorizontalPodAutoscaler,
  type HpaMetric,
  type Reference,
} from '@akashic/kubernetes'
import { absence, fieldQuote } from '../../analyse/quote.ts'
import { advise, type Advice } from '../advice.ts'
import { percent, quantityText } from '../amounts.ts'
import { injectedInto, resourcesOf, type Workload } from '../scaled-workload.ts'
import { isResource, isShare, metricApi } from './audited-hpa.ts'

/** Room that a jump in load needs until new pods are ready: a quarter more than the target. */
const leastHeadroom = 1.25

/** What is wrong with what an autoscaler goes by. */
export function auditMetrics(
  view: ClusterView,
  hpa: HorizontalPodAutoscaler,
  workload: Workload | null,
): readonly Advice[] {
  return [
    ...(workload === null ? [] : missingRequests(view, hpa, workload)),
    ...(workload === null ? [] : noHeadroom(view, hpa, workload)),
    ...missingApis(view, hpa),
    ...memoryAlone(hpa),
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

/** Pods may use more than they ask for up to their limit: where that leaves room, a high target is meant. */
function noHeadroom(view: ClusterView, hpa: HorizontalPodAutoscaler, workload: Workload): readonly Advice[] {
  return hpa.metrics
    .filter((metric) => isResource('cpu')(metric) && isShare(metric))
    .flatMap((metric) => {
      const containers = resourcesOf(view, workload)
      const sum = (field: 'requests' | 'limits') =>
        containers.reduce((total, each) => total + (each[field].cpu ?? each.requests.cpu ?? 0), 0)
      const [request, limit] = [sum('requests'), sum('limits')]
      const target = metric.targetUtilization! / 100
      if (request === 0 || limit / (request * target) >= leastHeadroom) return []
      const room = limit / (request * target) - 1
      return [
        advise(hpa, {
          ...{ rule: 'hpa-no-headroom', severity: 'warning', part: 'cpu' },
          summary: `Its target of ${metric.targetUtilization} % leaves ${room <= 0 ? 'no room' : `room for ${percent(room)} more load`} until new pods are ready: a jump in load is felt by users.`,
          evidence: [targetQuote(hpa, metric)],
          arithmetic: [
            `${quantityText('cpu', limit)} that a pod is sure of ÷ (${quantityText('cpu', request)} asked for × ${percent(target)}) = ${(1 + room).toFixed(2)}, and ${leastHeadroom} is the least`,
          ],
        }),
      ]
    })
}

/** The API of a metric: whether it is registered and answers. */
export function apiState(
  view: ClusterView,
  group: string,
): { readonly state: 'served' | 'missing' | 'away'; readonly says: string } {
  if (view.freshness('APIService').state === 'unknown') return { state: 'served', says: '' }
  const services = [...view.all('APIService')].filter(({ name }) => name.endsWith(`.${group}`))
  if (services.length === 0) return { state: 'missing', says: `no API ${group} is registered` }
  const conditions = services.map((service) => conditionOf(service, 'Available'))
  if (conditions.some((condition) => condition === undefined || condition.status === 'True'))
    return { state: 'served', says: '' }
  return { state: 'away', says: `${group} does not answer: ${conditions[0]?.message ?? ''}` }
}

function missingApis(view: ClusterView, hpa: HorizontalPodAutoscaler): readonly Advice[] {
  return hpa.metrics.flatMap((metric) => {
    const group = metricApi(metric)
    const { state, says } = group === null ? { state: 'served' as const, says: '' } : apiState(view, group)
    if (state === 'served') return []
    const api: Reference = { kind: 'APIService', namespace: '', name: `v1beta1.${group!}` }
    const others = hpa.metrics.filter((other) => metricApi(other) === null).length
    const means =
      others === 0 ? 'it does not scale at all' : 'it no longer scales down, and scales up by its other metrics alone'
    return [
      advise(hpa, {
        ...{ rule: 'hpa-metric-missing', severity: 'critical', part: metric.name },
        summary: `It scales by ${metric.type} metric ${metric.name}, and ${says}: ${means}.`,
        evidence: [fieldQuote(hpa, `spec.metrics[${metric.name}].type`, metric.type), absence(api, says)],
      }),
    ]
  })
}

function memoryAlone(hpa: HorizontalPodAutoscaler): readonly Advice[] {
  if (hpa.metrics.length === 0 || !hpa.metrics.every(({ name, type }) => name === 'memory' && /Resource$/.test(type)))
    return []
  return [
    advise(hpa, {
      ...{ rule: 'hpa-memory-alone', severity: 'warning', part: 'memory' },
      summary:
        'Memory is all that it scales by: processes seldom give memory back, so that it goes up and hardly ever down, whatever the load.',
      evidence: [fieldQuote(hpa, 'spec.metrics', hpa.metrics.map(({ name }) => name).join(', '))],
    }),
  ]
}
