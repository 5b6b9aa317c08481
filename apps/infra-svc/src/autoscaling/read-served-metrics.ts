import type { ClusterClient, ClusterView } from '@akashic/kubernetes'
import { z } from 'zod'

const deadlineMs = 5_000
const atOnce = 4
const mostNamespaces = 200

const valueList = z.object({ items: z.array(z.object({ describedObject: z.object({ name: z.string() }) })) })

/** Metrics by the pods that they are served for: `namespace/pod`. */
export type ServedMetrics = ReadonlyMap<string, ReadonlySet<string>>

/** Asks the custom metrics API, where the cluster has one, for which pods it serves which of these metrics. What it does
 *  not answer is not served. */
export async function readServedMetrics(
  client: Pick<ClusterClient, 'get'>,
  view: ClusterView,
  namespaces: readonly string[],
  metrics: readonly string[],
): Promise<ServedMetrics> {
  const served = new Map<string, Set<string>>()
  const version = ['v1beta2', 'v1beta1'].find((each) => view.get('APIService', '', `${each}.custom.metrics.k8s.io`))
  if (version === undefined) return served
  const waiting = namespaces
    .slice(0, mostNamespaces)
    .flatMap((namespace) => metrics.map((metric) => ({ namespace, metric })))
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { namespace, metric } = next
      const path = `/apis/custom.metrics.k8s.io/${version}/namespaces/${encodeURIComponent(namespace)}/pods/*/${encodeURIComponent(metric)}`
      const answer = valueList.safeParse(await client.get(path, { deadlineMs }).catch(() => null))
      for (const { describedObject } of answer.data?.items ?? []) {
        const key = `${namespace}/${describedObject.name}`
        served.set(key, (served.get(key) ?? new Set()).add(metric))
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return served
}
