import {
  hostsIn,
  type ClusterView,
  type Container,
  type EnvironmentVariable,
  type NamedHost,
  type Pod,
  type Reference,
  type Service,
} from '@akashic/kubernetes'
import { topOwner } from '../analyse/owner.ts'

/** A host that a container was told of, and the object that tells it. */
export interface HostSetting extends NamedHost {
  readonly container: string
  /** The variable, or the key of a whole ConfigMap. */
  readonly name: string
  /** Under which key a ConfigMap has it; null where a template says it. */
  readonly key: string | null
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
          key,
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
    return hostsIn(value).map((host) => ({ ...host, container, name, key: null, source: topOwner(view, pod) }))
  }
  if (from?.kind !== 'ConfigMap' || from.key === null) return []
  const { key } = from
  const source = { kind: from.kind, namespace: pod.namespace, name: from.name }
  const hosts = view.get('ConfigMap', pod.namespace, from.name)?.hosts[key] ?? []
  return hosts.map((host) => ({ ...host, container, name, key, source }))
}

/** The Service that a name or an address means to a pod; undefined where it means none of this cluster. */
export function serviceNamed(view: ClusterView, namespace: string, host: string) {
  const name = host.toLowerCase().replace(/\.$/, '')
  for (const service of /^[\d.]+$|:/.test(name) ? view.all('Service') : []) {
    if (service.clusterIp === name) return service
  }
  const wanted = serviceMeant(namespace, name)
  const found = wanted && view.get('Service', wanted.namespace, wanted.name)
  return found ?? serviceOfPod(view, namespace, name)
}

/** The Service that one of type ExternalName stands for, where that is one of this cluster; else itself. */
export function standsFor(view: ClusterView, service: Service): Service {
  if (service.type !== 'ExternalName' || !/\.svc(\.|$)/.test(service.externalName)) return service
  return serviceNamed(view, service.namespace, service.externalName) ?? service
}

/** Whether names of the cluster's Services mean nothing to a pod, as it asks the name servers of its node. Source: the
 *  API's dnsPolicy, whose ClusterFirst holds for no pod of the host's network. */
export const asksNode = ({ spec }: Pod): boolean =>
  spec.dnsPolicy === 'Default' || (spec.isHostNetwork && spec.dnsPolicy === 'ClusterFirst')

/** The headless Service that gives a pod of a StatefulSet its name: `web-0.web`, with or without its namespace. */
function serviceOfPod(view: ClusterView, namespace: string, host: string) {
  const [, service, space = namespace] = host.replace(/\.svc(\..*)?$/, '').split('.')
  const found = service === undefined ? undefined : view.get('Service', space, service)
  return found?.clusterIp === 'None' ? found : undefined
}

/** The Service that a name would mean to a pod if it were there; undefined for names that cannot mean one. */
export function serviceMeant(namespace: string, host: string): Reference | undefined {
  const [name = '', second, third] = host.replace(/\.svc(\..*)?$/, '.svc').split('.')
  if (second === undefined) return { kind: 'Service', namespace, name }
  return third === undefined || third === 'svc' ? { kind: 'Service', namespace: second, name } : undefined
}

/** Whether a name can only be meant for this cluster: it has no dot, ends as its Services do, or has at its end one of
 *  the namespaces or what is no top-level domain. Source of the last: RFC 1123 and the root zone, whose names are
 *  letters alone or begin with xn--. */
export function isClusterName(view: ClusterView, host: string): boolean {
  if (/^[a-z0-9-]+$/i.test(host) || /\.svc(\.|$)/i.test(host)) return true
  const [, last = ''] = /^[a-z0-9-]+\.([a-z0-9-]+)$/i.exec(host) ?? []
  if (last === '') return false
  return view.get('Namespace', '', last) !== undefined || (!/^[a-z]+$/i.test(last) && !/^xn--|^\d+$/i.test(last))
}
