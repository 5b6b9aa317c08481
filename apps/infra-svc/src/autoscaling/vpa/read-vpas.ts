import { ClusterError, type ClusterClient } from '@akashic/kubernetes'
import { trimVpa, type VerticalPodAutoscaler } from './vertical-pod-autoscaler.ts'

const deadlineMs = 5_000
const pageSize = 500
const mostPages = 20

export interface Vpas {
  /** Null where the cluster has no such kind, and where they are not known. */
  readonly vpas: readonly VerticalPodAutoscaler[] | null
  /** Why they are not known; '' where they are. */
  readonly problem: string
}

/** The VerticalPodAutoscalers of a cluster, or of one namespace. @param namespace all where it is empty. */
export async function readVpas(client: Pick<ClusterClient, 'get'>, namespace: string): Promise<Vpas> {
  const within = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  const vpas: VerticalPodAutoscaler[] = []
  let next = ''
  try {
    for (let page = 0; page < mostPages; page++) {
      const query = new URLSearchParams({ limit: String(pageSize), ...(next && { continue: next }) })
      const list = (await client.get(
        `/apis/autoscaling.k8s.io/v1${within}/verticalpodautoscalers?${query.toString()}`,
        {
          deadlineMs,
        },
      )) as { items?: readonly unknown[]; metadata?: { continue?: string } }
      vpas.push(...(list.items ?? []).flatMap((item) => trimVpa(item) ?? []))
      next = list.metadata?.continue ?? ''
      if (next === '') break
    }
    return next === '' ? { vpas, problem: '' } : { vpas: null, problem: `there are more than ${mostPages * pageSize}` }
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'not_found') return { vpas: null, problem: '' }
    if (!(error instanceof ClusterError)) return { vpas: null, problem: 'the answer cannot be read' }
    return {
      vpas: null,
      problem: error.missingPermission === null ? error.message : `not allowed: ${error.missingPermission}`,
    }
  }
}
