import { trimOptionalSelector, type LabelSelector } from '../selector/selector.ts'
import { trimConditions, trimMeta, type Condition, type Meta } from './meta.ts'
import { at, intOrTextAt, listAt, numberAt, textAt, type Raw } from './raw.ts'

export interface HpaMetric {
  readonly type: string
  /** Resource or metric, such as `cpu`. */
  readonly name: string
  readonly container: string
  readonly targetUtilization: number | null
  /** As last measured; null while it was not. */
  readonly currentUtilization: number | null
  /** Whether the controller got a value for it when it last looked; null while it has told nothing. */
  readonly isMeasured: boolean | null
  /** As it was sent: rules only quote it and send it back. */
  readonly spec: Raw
}

export interface HorizontalPodAutoscaler extends Meta {
  readonly kind: 'HorizontalPodAutoscaler'
  readonly target: { readonly apiVersion: string; readonly kind: string; readonly name: string }
  readonly minReplicas: number
  readonly maxReplicas: number
  readonly currentReplicas: number
  readonly desiredReplicas: number
  readonly metrics: readonly HpaMetric[]
  /** As it was sent; null where it is left to the defaults. */
  readonly behavior: Raw
  readonly conditions: readonly Condition[]
}

export interface PodDisruptionBudget extends Meta {
  readonly kind: 'PodDisruptionBudget'
  /** null selects nothing. */
  readonly selector: LabelSelector | null
  readonly minAvailable: string
  readonly maxUnavailable: string
  readonly disruptionsAllowed: number
  readonly currentHealthy: number
  readonly desiredHealthy: number
  readonly expectedPods: number
  readonly observedGeneration: number
  readonly conditions: readonly Condition[]
}

export function trimHorizontalPodAutoscaler(raw: Raw): HorizontalPodAutoscaler {
  const [spec, status] = [at(raw, 'spec'), at(raw, 'status')]
  const current = listAt(status, 'currentMetrics')
  return {
    kind: 'HorizontalPodAutoscaler',
    ...trimMeta(raw),
    target: {
      apiVersion: textAt(spec, 'scaleTargetRef', 'apiVersion'),
      kind: textAt(spec, 'scaleTargetRef', 'kind'),
      name: textAt(spec, 'scaleTargetRef', 'name'),
    },
    minReplicas: numberAt(spec, 1, 'minReplicas'),
    maxReplicas: numberAt(spec, 0, 'maxReplicas'),
    currentReplicas: numberAt(status, 0, 'currentReplicas'),
    desiredReplicas: numberAt(status, 0, 'desiredReplicas'),
    metrics: listAt(spec, 'metrics').map((metric, index) => trimMetric(metric, current[index], current.length > 0)),
    behavior: at(spec, 'behavior') ?? null,
    conditions: trimConditions(raw),
  }
}

function trimMetric(raw: Raw, current: Raw, isTold: boolean): HpaMetric {
  const type = textAt(raw, 'type')
  const field = type.charAt(0).toLowerCase() + type.slice(1)
  const measured = type !== '' && textAt(current, 'type') === type ? current : undefined
  return {
    type,
    name: textAt(raw, field, 'name') || textAt(raw, field, 'metric', 'name'),
    container: textAt(raw, field, 'container'),
    targetUtilization: numberAt(raw, null, field, 'target', 'averageUtilization'),
    currentUtilization: numberAt(measured, null, field, 'current', 'averageUtilization'),
    isMeasured: isTold ? measured !== undefined : null,
    spec: raw,
  }
}

export function trimPodDisruptionBudget(raw: Raw): PodDisruptionBudget {
  const [spec, status] = [at(raw, 'spec'), at(raw, 'status')]
  return {
    kind: 'PodDisruptionBudget',
    ...trimMeta(raw),
    selector: trimOptionalSelector(spec, 'selector'),
    minAvailable: intOrTextAt(spec, 'minAvailable'),
    maxUnavailable: intOrTextAt(spec, 'maxUnavailable'),
    disruptionsAllowed: numberAt(status, 0, 'disruptionsAllowed'),
    currentHealthy: numberAt(status, 0, 'currentHealthy'),
    desiredHealthy: numberAt(status, 0, 'desiredHealthy'),
    expectedPods: numberAt(status, 0, 'expectedPods'),
    observedGeneration: numberAt(status, 0, 'observedGeneration'),
    conditions: trimConditions(raw),
  }
}
