import { quantity, type ClusterClient } from '@akashic/kubernetes'
import { readSummaries, whyNot, type ReadSummariesOptions } from '../kubelet/read-summaries.ts'

/** What a node uses; null where it could not be measured, with the reason. */
export interface NodeUsage {
  /** Cores. */
  readonly cpu: number | null
  /** Bytes. */
  readonly memory: number | null
  /** Bytes of the node's file system, in all and used. */
  readonly disk: { readonly capacity: number; readonly used: number } | null
  /** Why something is missing; empty where nothing is. */
  readonly problems: readonly string[]
}

const metricsDeadlineMs = 5_000

type Reader = Pick<ClusterClient, 'get'>

/** Asks metrics.k8s.io for CPU and memory, and beside it each kubelet for the disk and what metrics.k8s.io did not know. A
 *  node that does not answer costs the others nothing, and all together no more than the deadline, 5 s unless given. */
export async function readUsage(
  client: Reader,
  nodes: readonly string[],
  options: ReadSummariesOptions = {},
): Promise<ReadonlyMap<string, NodeUsage>> {
  const measured = new Map<string, KubeletUsage>()
  const [metrics, problems] = await Promise.all([
    nodeMetrics(client, options.deadlineMs ?? metricsDeadlineMs),
    readSummaries(client, nodes, (node, summary) => measured.set(node, usageIn(summary)), options),
  ])
  return new Map(nodes.map((node) => [node, usageOf(node, metrics, measured.get(node), problems.get(node))]))
}

interface Metrics {
  readonly byNode: ReadonlyMap<string, { readonly cpu: number | null; readonly memory: number | null }>
  readonly problem: string | null
}

async function nodeMetrics(client: Reader, deadlineMs: number): Promise<Metrics> {
  try {
    const list = (await client.get('/apis/metrics.k8s.io/v1beta1/nodes', { deadlineMs })) as {
      items?: readonly { metadata?: { name?: string }; usage?: { cpu?: string; memory?: string } }[]
    }
    const byNode = new Map(
      (list.items ?? []).map(({ metadata, usage }) => [
        metadata?.name ?? '',
        { cpu: quantity(usage?.cpu), memory: quantity(usage?.memory) },
      ]),
    )
    return { byNode, problem: null }
  } catch (error) {
    return { byNode: new Map(), problem: `metrics.k8s.io: ${whyNot(error)}` }
  }
}

type KubeletUsage = Pick<NodeUsage, 'cpu' | 'memory' | 'disk'>

interface Summary {
  readonly node?: {
    readonly cpu?: { readonly usageNanoCores?: number }
    readonly memory?: { readonly workingSetBytes?: number }
    readonly fs?: { readonly capacityBytes?: number; readonly usedBytes?: number }
  }
}

function usageIn(summary: unknown): KubeletUsage {
  const { node } = summary as Summary
  const { capacityBytes, usedBytes } = node?.fs ?? {}
  const nanoCores = node?.cpu?.usageNanoCores
  return {
    cpu: nanoCores === undefined ? null : nanoCores / 1e9,
    memory: node?.memory?.workingSetBytes ?? null,
    disk: capacityBytes === undefined || usedBytes === undefined ? null : { capacity: capacityBytes, used: usedBytes },
  }
}

function usageOf(
  node: string,
  metrics: Metrics,
  ofKubelet: KubeletUsage | undefined,
  problem: string | undefined,
): NodeUsage {
  const measured = metrics.byNode.get(node)
  const known = metrics.problem ?? (measured ? null : 'metrics.k8s.io does not know the node')
  const problems = problem === undefined ? [] : [...(known === null ? [] : [known]), `kubelet: ${problem}`]
  return {
    cpu: measured?.cpu ?? ofKubelet?.cpu ?? null,
    memory: measured?.memory ?? ofKubelet?.memory ?? null,
    disk: ofKubelet?.disk ?? null,
    problems,
  }
}
