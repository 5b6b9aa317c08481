import { adminToken } from '../real/kubernetes/credentials.ts'
import { followList, type ApiObject } from '../real/kubernetes/api.ts'
import type { KubernetesCluster } from '../real/kubernetes/cluster.ts'
import { AgentNode, type NodeSpec } from './agent-node.ts'
import type { Behaviour } from './behaviour.ts'
import { startCustomMetricsServer, type PodMetrics } from './custom-metrics-server.ts'
import { reachableAddress, startKubeletServer } from './kubelet-server.ts'
import { startMetricsServer } from './metrics-server.ts'
import type { Registry } from './registry.ts'

export interface NodeAgentOptions {
  readonly nodes: readonly NodeSpec[]
  readonly registry?: Registry
  readonly behaviour?: Behaviour
  /** How much of the kubelet's waiting is really waited: 0.02 unless given. */
  readonly timeScale?: number
  /** Whether metrics.k8s.io is served; not unless given. */
  readonly metrics?: boolean
  /** What custom.metrics.k8s.io says of pods; it is not served unless given. */
  readonly podMetrics?: PodMetrics
}

export interface NodeAgent {
  node(name: string): AgentNode
  /** Ends the processes of pods that match, as if each had ended by itself with this code. */
  crash(matches: (pod: ApiObject) => boolean, exitCode: number): void
  stop(): void
}

/** Stands for the kubelets of some nodes: no container runs, and all that a kubelet writes is written, as the objects in
 *  the API server make it. */
export async function startNodeAgent(cluster: KubernetesCluster, options: NodeAgentOptions): Promise<NodeAgent> {
  const { timeScale = 0.02, registry = {}, behaviour = () => undefined } = options
  const ip = reachableAddress()
  const shared = { ip, ask: cluster.request, registry, behaviour, scaled: (ms: number) => ms * timeScale }
  const nodes = new Map<string, AgentNode>()
  const servers = await Promise.all(
    options.nodes.map(async (spec, index) => {
      const server = await startKubeletServer(ip, () => nodes.get(spec.name))
      const node = new AgentNode(shared, spec, index + 1, server.port)
      nodes.set(spec.name, node)
      await node.register()
      return server
    }),
  )
  const all = (): readonly AgentNode[] => [...nodes.values()]
  const metrics = options.metrics ? await startMetricsServer(cluster, ip, all) : undefined
  const { podMetrics } = options
  const customMetrics = podMetrics ? await startCustomMetricsServer(cluster, ip, all, podMetrics) : undefined
  const endFollowing = followList(
    { port: cluster.port, caFile: cluster.caFile, token: adminToken },
    '/api/v1/pods',
    (type, pod) => nodes.get(pod.spec.nodeName ?? '')?.heard(type, pod),
  )
  const node = (name: string): AgentNode => {
    const found = nodes.get(name)
    if (!found) throw new Error(`there is no node ${name}`)
    return found
  }
  return {
    node,
    crash: (matches, exitCode) => {
      for (const { runners } of nodes.values()) {
        for (const { pod, containers } of runners.values()) {
          if (matches(pod)) for (const container of containers) container.kill(exitCode)
        }
      }
    },
    stop: () => {
      endFollowing()
      for (const each of nodes.values()) each.stop()
      for (const server of servers) server.close()
      metrics?.close()
      customMetrics?.close()
    },
  }
}
