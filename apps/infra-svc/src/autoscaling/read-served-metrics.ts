import { ClusterError, type ClusterClient, type ClusterView, type Reference } from '@akashic/kubernetes'
import { z } from 'zod'
import { podsOf } from '../analyse/owner.ts'

const deadlineMs = 6_000
const atOnce = 4

const valueList = z.object({ items: z.array(z.object({ describedObject: z.object({ name: z.string() }) })) })

export interface ServedMetrics {
  /** Metrics by the pods that they are served for: `namespace/pod`. */
  readonly byPod: ReadonlyMap<string, ReadonlySet<string>>
  /** Why it is not known of all; '' where it is. */
  readonly problem: string
}

/** Asks the custom metrics API, where the cluster has one, for which pods it serves which of these metrics; all of it
 *  within 6 s. Never throws: what cannot be read is told. */
export async function readServedMetrics(
  client: Pick<ClusterClient, 'get'>,
  view: ClusterView,
  namespaces: readonly string[],
  metrics: readonly string[],
): Promise<ServedMetrics> {
  const byPod = new Map<string, Set<string>>()
  const apis = view.freshness('APIService')
  if (apis.state === 'unknown') return { byPod, problem: apis.reason }
  const version = ['v1beta2', 'v1beta1'].find((each) => view.get('APIService', '', `${each}.custom.metrics.k8s.io`))
  const waiting =
    version === undefined ? [] : namespaces.flatMap((namespace) => metrics.map((metric) => ({ namespace, metric })))
  const signal = AbortSignal.timeout(deadlineMs)
  let problem = ''
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined && problem === ''; next = waiting.pop()) {
      const { namespace, metric } = next
      const path = `/apis/custom.metrics.k8s.io/${version!}/namespaces/${encodeURIComponent(namespace)}/pods/*/${encodeURIComponent(metric)}`
      try {
        const { items } = valueList.parse(await client.get(path, { deadlineMs, signal }))
        for (const { describedObject } of items) {
          const key = `${namespace}/${describedObject.name}`
          byPod.set(key, (byPod.get(key) ?? new Set()).add(metric))
        }
      } catch (error) {
        problem ||= problemOf(error)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { byPod, problem }
}

/** Source: the custom metrics API answers 404 for a metric that it does not have. */
function problemOf(error: unknown): string {
  if (!(error instanceof ClusterError)) return 'its answer cannot be read'
  if (error.kind === 'not_found') return ''
  return error.missingPermission === null ? error.message : `not allowed: ${error.missingPermission}`
}

/** Metrics that the cluster serves for the pods of a workload. */
export const servedFor = (
  view: ClusterView,
  workload: Reference | null,
  { byPod }: ServedMetrics,
): ReadonlySet<string> =>
  new Set(
    (workload === null ? [] : podsOf(view, workload)).flatMap(({ namespace, name }) => [
      ...(byPod.get(`${namespace}/${name}`) ?? []),
    ]),
  )
