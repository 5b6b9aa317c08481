import type { ApiObject } from '../real/kubernetes/api.ts'
import type { KubernetesCluster } from '../real/kubernetes/cluster.ts'
import type { AgentNode } from './agent-node.ts'
import { startAggregatedApi } from './aggregated-api.ts'

/** What a pod tells of itself, by the name of the metric. */
export type PodMetrics = (pod: ApiObject) => Readonly<Record<string, number>>

const group = 'custom.metrics.k8s.io'
const groupVersion = `${group}/v1beta1`

/** Serves custom.metrics.k8s.io/v1beta1 of the pods of the agent's nodes, as an adapter for Prometheus does. */
export const startCustomMetricsServer = (
  cluster: KubernetesCluster,
  ip: string,
  nodes: () => readonly AgentNode[],
  metricsOf: PodMetrics,
): Promise<{ close(): void }> =>
  startAggregatedApi(cluster, ip, {
    ...{ name: 'custom-metrics', group },
    answer: (url) =>
      answerTo(
        url,
        nodes().flatMap(({ runners }) => [...runners.values()].map(({ pod }) => pod)),
        metricsOf,
      ),
  })

function answerTo(
  { pathname, searchParams }: URL,
  pods: readonly ApiObject[],
  metricsOf: PodMetrics,
): object | undefined {
  if (pathname === `/apis/${groupVersion}`) {
    const names = [...new Set(pods.flatMap((pod) => Object.keys(metricsOf(pod))))]
    const resources = names.map((name) => ({
      ...{ name: `pods/${name}`, singularName: '', namespaced: true, kind: 'MetricValueList', verbs: ['get'] },
    }))
    return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
  }
  const [, namespace, name] = /\/namespaces\/([^/]+)\/pods\/(?:\*|%2A)\/([^/]+)$/.exec(pathname) ?? []
  const wanted = (searchParams.get('labelSelector') ?? '').split(',').filter((part) => part.includes('='))
  const items = pods
    .filter(({ metadata }) => metadata.namespace === namespace)
    .filter(({ metadata }) => wanted.every((part) => metadata.labels?.[part.split('=')[0]!] === part.split('=')[1]))
    .flatMap((pod) => {
      const value = metricsOf(pod)[name!]
      return value === undefined ? [] : [valueOf(pod, name!, value)]
    })
  return items.length === 0 ? undefined : { kind: 'MetricValueList', apiVersion: groupVersion, metadata: {}, items }
}

const valueOf = ({ metadata }: ApiObject, metricName: string, value: number): object => ({
  describedObject: { kind: 'Pod', namespace: metadata.namespace, name: metadata.name, apiVersion: '/v1' },
  ...{ metricName, timestamp: new Date().toISOString(), value: `${Math.round(value * 1_000)}m`, selector: null },
})
