import { ClusterError, quantity, readItems, type ClusterClient, type ClusterView, type Pod } from '@akashic/kubernetes'
import { z } from 'zod'
import { topOwner } from '../analyse/owner.ts'
import type { UsageSample } from './usage.ts'

const deadlineMs = 10_000
/** What was measured longer ago, or is said to be measured in time to come, is not the use of now. */
const mostOffMs = 5 * 60_000

const podMetrics = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  timestamp: z.iso.datetime({ offset: true }),
  containers: z.array(z.object({ name: z.string(), usage: z.object({ cpu: z.string(), memory: z.string() }) })),
})
const podMetricsList = z.object({ items: z.array(z.unknown()) })

export interface Measured {
  readonly samples: readonly UsageSample[]
  /** Why the use of pods is not known, or not of all; null where it is. */
  readonly problem: string | null
}

/** Asks metrics.k8s.io what every container of a cluster that runs uses. Never throws: what cannot be read is told. */
export async function measurePods(
  client: Pick<ClusterClient, 'stream'>,
  view: ClusterView,
  nowMs: number,
): Promise<Measured> {
  const pods = view.freshness('Pod')
  if (pods.state === 'unknown') return { samples: [], problem: `the pods cannot be read: ${pods.reason}` }
  try {
    const samples: UsageSample[] = []
    let unreadable = 0
    const besides = await readItems(client, {
      ...{ path: '/apis/metrics.k8s.io/v1beta1/pods', what: 'metrics of pods', deadlineMs },
      onItem: (item) => {
        const { data } = podMetrics.safeParse(item)
        if (data === undefined) unreadable++
        else samples.push(...samplesOf(view, data, nowMs))
      },
    })
    podMetricsList.parse(besides)
    return { samples, problem: unreadable === 0 ? null : `metrics.k8s.io: ${unreadable} pods of it cannot be read` }
  } catch (error) {
    return { samples: [], problem: `metrics.k8s.io: ${reasonOf(error)}` }
  }
}

function samplesOf(view: ClusterView, measured: z.output<typeof podMetrics>, nowMs: number): readonly UsageSample[] {
  const { namespace, name } = measured.metadata
  const pod = view.get('Pod', namespace, name)
  const atMs = Date.parse(measured.timestamp)
  if (!pod || Math.abs(nowMs - atMs) > mostOffMs) return []
  const workload = topOwner(view, pod)
  return measured.containers.flatMap(({ name: container, usage }): UsageSample[] => {
    const [cpu, memory] = [quantity(usage.cpu), quantity(usage.memory)]
    const startedAt = startOf(pod, container)
    // What was measured before it began is of the run before.
    if (cpu === null || memory === null || startedAt === null || startedAt > atMs) return []
    return [
      {
        ...{ namespace, workload, pod: name, podUid: pod.uid, container },
        ...{ startedAt: new Date(startedAt), at: new Date(atMs), cpu, memory: Math.round(memory) },
      },
    ]
  })
}

function startOf({ statuses }: Pod, container: string): number | null {
  const now = statuses.find(({ name }) => name === container)?.now
  return now?.state === 'running' ? now.startedAt : null
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ClusterError)) return 'its answer cannot be read'
  return error.missingPermission === null ? error.message : `not allowed: ${error.missingPermission}`
}
