import {
  hostsIn,
  type ClusterView,
  type Container,
  type EnvironmentVariable,
  type NamedHost,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import { topOwner } from '../analyse/owner.ts'

/** A host that a container was told of, and the object that tells it. */
export interface HostSetting extends NamedHost {
  readonly container: string
  /** The variable, or the key of a whole ConfigMap. */
  readonly name: string
  readonly source: Reference
}

/** Every host that a pod's containers are told of in their environment, where it can be read. */
export function hostSettings(view: ClusterView, pod: Pod): readonly HostSetting[] {
  return pod.spec.containers.flatMap((container) => [
    ...container.env.flatMap((variable) => ofVariable(view, pod, container, variable)),
    ...container.envFrom.flatMap(({ kind, name }) => {
      if (kind !== 'ConfigMap') return []
      const hosts = view.get('ConfigMap', pod.namespace, name)?.hosts ?? {}
      return Object.entries(hosts).flatMap(([key, named]) =>
        named.map((host) => ({
          ...host,
          container: container.name,
          name: key,
          source: { kind, namespace: pod.namespace, name },
        })),
      )
    }),
  ])
}

function ofVariable(
  view: ClusterView,
  pod: Pod,
  { name: container }: Container,
  { name, value, from }: EnvironmentVariable,
): readonly HostSetting[] {
  if (value !== null) {
    return hostsIn(value).map((host) => ({ ...host, container, name, source: topOwner(view, pod) }))
  }
  if (from?.kind !== 'ConfigMap' || from.key === null) return []
  const source = { kind: from.kind, namespace: pod.namespace, name: from.name }
  const hosts = view.get('ConfigMap', pod.namespace, from.name)?.hosts[from.key] ?? []
  return hosts.map((host) => ({ ...host, container, name, source }))
}

/** The Service that a name or an address means to a pod; undefined where it means none of this cluster. */
export function serviceNamed(view: ClusterView, namespace: string, host: string) {
  const name = host.toLowerCase().replace(/\.$/, '')
  for (const service of /^[\d.]+$|:/.test(name) ? view.all('Service') : []) {
    if (service.clusterIp === name) return service
  }
  const [first = '', second, third] = name.replace(/\.svc(\..*)?$/, '.svc').split('.')
  if (second === undefined) return view.get('Service', namespace, first)
  return third === undefined || third === 'svc' ? view.get('Service', second, first) : undefined
}

/** Whether a name can only be meant for this cluster: it has no dot, or ends as its Services do. */
export const isClusterName = (host: string): boolean => /^[a-z0-9-]+$/i.test(host) || /\.svc(\.|$)/i.test(host)
