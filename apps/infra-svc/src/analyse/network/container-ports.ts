import {
  selectorOfLabels,
  type ClusterView,
  type Container,
  type Pod,
  type Service,
  type ServicePort,
} from '@akashic/kubernetes'

export type ContainerPort = Container['ports'][number]

/** So many pods of a Service stand for all. */
export const mostPods = 3

export const podsBehind = (view: ClusterView, { namespace, selector, type }: Service): readonly Pod[] =>
  selector === null || type === 'ExternalName' ? [] : view.podsSelectedBy(namespace, selectorOfLabels(selector))

/** The containers that can serve others: those that run as long as their pod. */
export const servingIn = (pods: readonly Pod[]): readonly Container[] =>
  pods
    .slice(0, mostPods)
    .flatMap(({ spec }) => spec.containers.filter(({ role }) => role === 'app' || role === 'sidecar'))

/** The ports that pods declare, each once. */
export function declaredPorts(pods: readonly Pod[]): readonly ContainerPort[] {
  const all = servingIn(pods).flatMap(({ ports }) => ports)
  return [...new Map(all.map((port) => [`${port.name} ${port.port} ${port.protocol}`, port])).values()]
}

export const isNumber = (port: string): boolean => /^\d+$/.test(port)

/** Whether a port of a Service sends to a port that a container declares. */
export const leadsTo = ({ targetPort, protocol }: ServicePort, declared: ContainerPort): boolean =>
  declared.protocol === protocol &&
  (isNumber(targetPort) ? declared.port === Number(targetPort) : declared.name === targetPort)
