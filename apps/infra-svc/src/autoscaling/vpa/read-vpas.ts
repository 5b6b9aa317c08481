import { ClusterError, type ClusterClient, type ClusterView } from '@akashic/kubernetes'
import { trimVpa, type VerticalPodAutoscaler } from './vertical-pod-autoscaler.ts'

/** Of all pages together. */
const deadlineMs = 8_000
const pageSize = 500
const mostPages = 20

export interface Vpas {
  /** Null where the cluster has no such kind, and where they are not known. */
  readonly vpas: readonly VerticalPodAutoscaler[] | null
  /** Why they are not known; '' where they are. */
  readonly problem: string
}

/** The VerticalPodAutoscalers of a cluster, or of one namespace. @param namespace all where it is empty. */
export async function readVpas(
  client: Pick<ClusterClient, 'get'>,
  view: ClusterView,
  namespace: string,
): Promise<Vpas> {
  if (!mayHaveVpas(view)) return { vpas: null, problem: '' }
  const within = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  const vpas: VerticalPodAutoscaler[] = []
  const signal = AbortSignal.timeout(deadlineMs)
  let next = ''
  try {
    for (let page = 0; page < mostPages; page++) {
      const query = new URLSearchParams({ limit: String(pageSize), ...(next && { continue: next }) })
      const path = `/apis/autoscaling.k8s.io/v1${within}/verticalpodautoscalers?${query.toString()}`
      const list = (await client.get(path, { deadlineMs, signal })) as {
        items?: readonly unknown[]
        metadata?: { continue?: string }
      }
      vpas.push(...(list.items ?? []).flatMap((item) => trimVpa(item) ?? []))
      next = list.metadata?.continue ?? ''
      if (next === '') break
    }
    return next === '' ? { vpas, problem: '' } : { vpas: null, problem: `there are more than ${mostPages * pageSize}` }
  } catch (error) {
    if (!(error instanceof ClusterError)) return { vpas: null, problem: 'the answer cannot be read' }
    return {
      vpas: null,
      problem: error.missingPermission === null ? error.message : `not allowed: ${error.missingPermission}`,
    }
  }
}

/** The API server registers the version of every CRD; of a group that is not there it answers like any web server. */
const mayHaveVpas = (view: ClusterView): boolean =>
  view.freshness('APIService').state !== 'fresh' || view.get('APIService', '', 'v1.autoscaling.k8s.io') !== undefined
