import type { KubernetesCluster } from '../real/kubernetes/cluster.ts'
import type { AgentNode } from './agent-node.ts'
import { startAggregatedApi } from './aggregated-api.ts'

/** Serves metrics.k8s.io/v1beta1 of the agent's nodes through the API server's aggregation. */
export const startMetricsServer = (
  cluster: KubernetesCluster,
  ip: string,
  nodes: () => readonly AgentNode[],
): Promise<{ close(): void }> =>
  startAggregatedApi(cluster, ip, {
    ...{ name: 'metrics-server', group: 'metrics.k8s.io' },
    answer: (url) => answerTo(url, nodes()),
  })

const prefix = '/apis/metrics.k8s.io/v1beta1'

function answerTo({ pathname, searchParams }: URL, nodes: readonly AgentNode[]): object | undefined {
  const common = { timestamp: new Date().toISOString(), window: '10s' }
  const quantities = (cpu: number, memory: number) => ({
    cpu: `${Math.round(cpu * 1e9)}n`,
    memory: `${Math.round(memory / 1_024)}Ki`,
  })
  const pods = nodes.flatMap(({ runners }) =>
    [...runners.values()].map(({ pod, containers }) => ({
      metadata: { name: pod.metadata.name, namespace: pod.metadata.namespace, labels: pod.metadata.labels },
      ...common,
      containers: containers
        .filter(({ phase }) => phase === 'running')
        .map(({ name, use }) => ({ name, usage: quantities(use.cpu, use.memory) })),
    })),
  )
  const list = (kind: string, items: readonly object[]) => ({
    kind,
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: {},
    items,
  })
  if (pathname === prefix) {
    const verbs = ['get', 'list']
    return {
      ...{ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'metrics.k8s.io/v1beta1' },
      resources: [
        { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs },
        { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs },
      ],
    }
  }
  if (pathname === `${prefix}/nodes`) {
    const items = nodes.map(({ name, runners }) => {
      const use = [...runners.values()].flatMap(({ containers }) => containers.map((each) => each.use))
      const sum = (of: 'cpu' | 'memory') => use.reduce((all, each) => all + each[of], 0)
      return { metadata: { name }, ...common, usage: quantities(sum('cpu'), sum('memory')) }
    })
    return list('NodeMetricsList', items)
  }
  const namespace = /\/namespaces\/([^/]+)\/pods$/.exec(pathname)?.[1]
  if (!pathname.endsWith('/pods')) return undefined
  const wanted = (searchParams.get('labelSelector') ?? '').split(',').filter((part) => part.includes('='))
  const items = pods.filter(
    ({ metadata }) =>
      (namespace === undefined || metadata.namespace === namespace) &&
      wanted.every((part) => metadata.labels?.[part.split('=')[0]!] === part.split('=')[1]),
  )
  return list('PodMetricsList', items)
}
