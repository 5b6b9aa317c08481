import { ClusterError, quantity, type ClusterClient } from '@akashic/kubernetes'

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

const deadlineMs = 5_000
const atOnce = 16

type Reader = Pick<ClusterClient, 'get'>

/** Asks metrics.k8s.io for CPU and memory, and each kubelet for the disk and what metrics.k8s.io did not know. A node that
 *  does not answer costs the others nothing. */
export async function readUsage(client: Reader, nodes: readonly string[]): Promise<ReadonlyMap<string, NodeUsage>> {
  const metrics = await nodeMetrics(client)
  const usage = new Map<string, NodeUsage>()
  const waiting = [...nodes]
  const work = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      usage.set(name, await usageOf(client, name, metrics))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return usage
}

interface Metrics {
  readonly byNode: ReadonlyMap<string, { readonly cpu: number | null; readonly memory: number | null }>
  readonly problem: string | null
}

async function nodeMetrics(client: Reader): Promise<Metrics> {
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
    return { byNode: new Map(), problem: `metrics.k8s.io: ${reasonOf(error)}` }
  }
}

interface Summary {
  readonly node?: {
    readonly cpu?: { readonly usageNanoCores?: number }
    readonly memory?: { readonly workingSetBytes?: number }
    readonly fs?: { readonly capacityBytes?: number; readonly usedBytes?: number }
  }
}

async function usageOf(client: Reader, name: string, metrics: Metrics): Promise<NodeUsage> {
  const measured = metrics.byNode.get(name)
  const known = metrics.problem ?? (measured ? null : 'metrics.k8s.io does not know the node')
  try {
    const { node } = (await client.get(`/api/v1/nodes/${name}/proxy/stats/summary`, { deadlineMs })) as Summary
    const { capacityBytes, usedBytes } = node?.fs ?? {}
    return {
      cpu: measured?.cpu ?? (node?.cpu?.usageNanoCores === undefined ? null : node.cpu.usageNanoCores / 1e9),
      memory: measured?.memory ?? node?.memory?.workingSetBytes ?? null,
      disk:
        capacityBytes === undefined || usedBytes === undefined ? null : { capacity: capacityBytes, used: usedBytes },
      problems: [],
    }
  } catch (error) {
    const problems = [...(known === null ? [] : [known]), `kubelet: ${reasonOf(error)}`]
    return { cpu: measured?.cpu ?? null, memory: measured?.memory ?? null, disk: null, problems }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ClusterError)) return 'its answer cannot be read'
  return error.missingPermission === null ? error.message : `not allowed: ${error.missingPermission}`
}
