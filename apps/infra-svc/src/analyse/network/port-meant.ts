import {
  selectorOfLabels,
  selects,
  type ClusterView,
  type Pod,
  type Service,
  type ServicePort,
} from '@akashic/kubernetes'
import { declaredPorts, leadsTo, mostPods, servingIn, type ContainerPort } from './container-ports.ts'
import { toldToListen } from './told-to-listen.ts'

/** What ports beside those that a process is there for are called. */
const aside = /metric|prom|health|probe|admin|debug|manage|monitor/i

export interface Meant {
  readonly ports: readonly ContainerPort[]
  /** Whether no process is told from elsewhere where to listen, as far as can be seen. */
  readonly isCertain: boolean
}

/** Which of the ports that pods declare is evidently meant by a port of a Service that leads to a number which they do not
 *  declare: that of the same name or number, else those to which nobody leads. None where all that is declared is led to
 *  anyway, or where a container may as well listen at the number: it declares no port at all, or is told the number. */
export function portsMeant(view: ClusterView, service: Service, port: ServicePort, pods: readonly Pod[]): Meant {
  const told = pods
    .slice(0, mostPods)
    .flatMap((pod) =>
      servingIn([pod]).map((each) =>
        each.ports.length === 0 ? 'there' : toldToListen(view, pod, each, port.targetPort),
      ),
    )
  const ports = told.includes('there') ? [] : portsAlike(view, service, port, pods)
  return { ports, isCertain: !told.includes('perhaps') }
}

function portsAlike(
  view: ClusterView,
  service: Service,
  port: ServicePort,
  pods: readonly Pod[],
): readonly ContainerPort[] {
  const free = declaredPorts(pods).filter(
    (declared) => declared.protocol === port.protocol && !service.ports.some((each) => leadsTo(each, declared)),
  )
  const alike = free.filter(({ name, port: number }) => (name !== '' && name === port.name) || number === port.port)
  if (alike.length > 0 || aside.test(port.name)) return alike
  const others = othersBefore(view, service, pods)
  return free.filter((declared) => !aside.test(declared.name) && !others.some((each) => leadsTo(each, declared)))
}

/** What the other Services before these pods offer. Those without an address only resolve a name. */
const othersBefore = (view: ClusterView, { namespace, uid }: Service, pods: readonly Pod[]): readonly ServicePort[] =>
  [...view.inNamespace('Service', namespace)]
    .filter(
      ({ uid: other, selector, clusterIp }) =>
        other !== uid &&
        selector !== null &&
        clusterIp !== 'None' &&
        pods.some(({ labels }) => selects(selectorOfLabels(selector), labels)),
    )
    .flatMap(({ ports }) => ports)
