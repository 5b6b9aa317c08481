import {
  conditionOf,
  type ClusterView,
  type HorizontalPodAutoscaler,
  type HpaMetric,
  type Reference,
} from '@akashic/kubernetes'
import { absence, eventQuote, fieldQuote } from '../../analyse/quote.ts'
import type { Evidence } from '../../finding/finding.ts'
import { advise, type Advice } from '../advice.ts'
import { metricApi } from './audited-hpa.ts'

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

interface Lack {
  readonly says: string
  readonly evidence: readonly Evidence[]
}

/** Metrics of pods, objects and the world outside of which the controller gets no value. */
export function missingMetrics(view: ClusterView, hpa: HorizontalPodAutoscaler): readonly Advice[] {
  const looked = hpa.metrics.map((metric) => {
    const group = metricApi(metric)
    return { metric, lack: group === null ? null : (lackOfApi(view, group) ?? lackOfValue(view, hpa, metric)) }
  })
  const isLeftSome = looked.some(({ metric, lack }) => lack === null && metric.isMeasured !== false)
  return looked.flatMap(({ metric, lack }) => {
    if (lack === null) return []
    const means = isLeftSome
      ? 'it no longer scales down, and scales up by its other metrics alone'
      : 'it does not scale at all'
    return [
      advise(hpa, {
        ...{ rule: 'hpa-metric-missing', severity: 'critical', part: metric.name },
        summary: `It scales by ${metric.type} metric ${metric.name}, and ${lack.says}: ${means}.`,
        evidence: [fieldQuote(hpa, `spec.metrics[${metric.name}].type`, metric.type), ...lack.evidence],
      }),
    ]
  })
}

function lackOfApi(view: ClusterView, group: string): Lack | null {
  const { state, says } = apiState(view, group)
  if (state === 'served') return null
  const api: Reference = { kind: 'APIService', namespace: '', name: `v1beta1.${group}` }
  return { says, evidence: [absence(api, says)] }
}

/** The controller leaves the place of a metric empty of which it got no value, and says why in an event. */
function lackOfValue(view: ClusterView, hpa: HorizontalPodAutoscaler, metric: HpaMetric): Lack | null {
  if (metric.isMeasured !== false) return null
  const event = view
    .eventsOf(hpa)
    .find(({ reason, message }) => reason === `FailedGet${metric.type}Metric` && message.includes(metric.name))
  const place = fieldQuote(hpa, `status.currentMetrics[${hpa.metrics.indexOf(metric)}]`, 'no value')
  return { says: 'the controller gets no value of it', evidence: [place, ...(event ? [eventQuote(event)] : [])] }
}
