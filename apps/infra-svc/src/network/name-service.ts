import {
  isReady,
  referenceTo,
  selectorOfLabels,
  type ClusterView,
  type Pod,
  type Reference,
  type Service,
} from '@akashic/kubernetes'
import { extractErrors } from '../log/extract-errors.ts'
import type { LogTail } from '../log/log-lines.ts'

/** How the cluster's name service is. degraded: some of its pods are not ready, or it logs errors. */
export interface NameServiceState {
  readonly status: 'healthy' | 'degraded' | 'down' | 'unknown'
  readonly says: string
  readonly service: Reference | null
  readonly address: string | null
  readonly pods: readonly { readonly name: string; readonly isReady: boolean }[]
  /** Lines of the last minutes that report an error by their form. */
  readonly errors: readonly { readonly pod: string; readonly line: string }[]
  /** Pods whose log could not be read: nothing is known of their errors. */
  readonly unread: readonly string[]
}

const namespace = 'kube-system'
const names = ['kube-dns', 'coredns']
const mostErrors = 5

/** The Service of the name servers; undefined where the cluster has none by a known name. */
export function nameService(view: ClusterView): Service | undefined {
  return names.map((name) => view.get('Service', namespace, name)).find((found) => found !== undefined)
}

/** The pods that answer for it. */
export function nameServers(view: ClusterView, service: Service | undefined): readonly Pod[] {
  if (!service?.selector) return []
  return view
    .podsSelectedBy(service.namespace, selectorOfLabels(service.selector))
    .filter(({ deletedAt }) => deletedAt === null)
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

/** @param logs by the uid of a pod; pods that are missing in it were not read. */
export function nameServiceState(view: ClusterView, logs: ReadonlyMap<string, readonly LogTail[]>): NameServiceState {
  const nothing = { service: null, address: null, pods: [], errors: [], unread: [] }
  for (const kind of ['Service', 'Pod'] as const) {
    const freshness = view.freshness(kind)
    if (freshness.state === 'unknown') {
      return { ...nothing, status: 'unknown', says: `${kind} objects were not read: ${freshness.reason}` }
    }
  }
  const service = nameService(view)
  if (!service)
    return { ...nothing, status: 'unknown', says: `there is no Service ${names.join(' or ')} in ${namespace}` }
  const servers = nameServers(view, service)
  const pods = servers.map((pod) => ({ name: pod.name, isReady: isReady(pod) }))
  const ready = pods.filter((pod) => pod.isReady).length
  const errors = servers.flatMap((pod) =>
    extractErrors(
      (logs.get(pod.uid) ?? []).flatMap(({ lines }) => lines),
      mostErrors,
    ).map((line) => ({ pod: pod.name, line })),
  )
  const known = {
    service: referenceTo(service),
    address: service.clusterIp || null,
    pods,
    errors: errors.slice(0, mostErrors),
  }
  const unread = servers.filter((pod) => isReady(pod) && (logs.get(pod.uid) ?? []).length === 0).map(({ name }) => name)
  const isWhole = ready === pods.length && errors.length === 0
  return {
    ...known,
    unread,
    status: ready === 0 ? 'down' : isWhole ? 'healthy' : 'degraded',
    says: `${ready} of ${pods.length} pods of ${service.name} are ready${errors.length === 0 ? '' : `, and log errors`}`,
  }
}
