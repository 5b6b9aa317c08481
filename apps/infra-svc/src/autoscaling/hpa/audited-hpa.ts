import {
  isSame,
  type ClusterView,
  type HorizontalPodAutoscaler,
  type HpaMetric,
  type Reference,
} from '@akashic/kubernetes'
import type { ResourceName } from '../amounts.ts'
import type { HeldAt } from '../right-size.ts'
import type { Workload } from '../scaled-workload.ts'

export const targetOf = ({ target, namespace }: HorizontalPodAutoscaler): Reference => ({
  ...{ kind: target.kind, namespace, name: target.name },
})

export const scaledKinds = ['Deployment', 'StatefulSet'] as const

/** The workload that an autoscaler scales; null where it is not there, or of a kind that is not looked at. */
export function scaledBy(view: ClusterView, hpa: HorizontalPodAutoscaler): Workload | null {
  const kind = scaledKinds.find((each) => each === hpa.target.kind)
  return kind === undefined ? null : (view.get(kind, hpa.namespace, hpa.target.name) ?? null)
}

export const hpasOf = (view: ClusterView, workload: Reference): readonly HorizontalPodAutoscaler[] =>
  [...view.inNamespace('HorizontalPodAutoscaler', workload.namespace)].filter((hpa) =>
    isSame(targetOf(hpa), { kind: workload.kind, namespace: workload.namespace, name: workload.name }),
  )

/** Whether a metric is a share of what containers ask for. */
export const isShare = ({ type, targetUtilization }: HpaMetric): boolean =>
  (type === 'Resource' || type === 'ContainerResource') && targetUtilization !== null

export const isResource =
  (name: ResourceName) =>
  (metric: HpaMetric): boolean =>
    metric.type === 'Resource' && metric.name === name

/** At which shares of its requests a workload is held. */
export function heldAt(hpas: readonly HorizontalPodAutoscaler[]): HeldAt {
  const share = (name: ResourceName): number | null => {
    const targets = hpas.flatMap(({ metrics }) =>
      metrics.filter((metric) => metric.name === name && isShare(metric)).map((metric) => metric.targetUtilization!),
    )
    return targets.length === 0 ? null : Math.min(...targets) / 100
  }
  return { cpu: share('cpu'), memory: share('memory') }
}

/** Of which API a metric is asked: null for those of metrics.k8s.io. */
export function metricApi({ type }: HpaMetric): string | null {
  if (type === 'External') return 'external.metrics.k8s.io'
  return type === 'Pods' || type === 'Object' ? 'custom.metrics.k8s.io' : null
}
