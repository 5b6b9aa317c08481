import {
  selectorOfLabels,
  selects,
  type ClusterView,
  type Container,
  type Pod,
  type Service,
  type ServicePort,
} from '@akashic/kubernetes'
import { declaredPorts, leadsTo, servingIn, type ContainerPort } from './container-ports.ts'

/** What ports beside those that a process is there for are called. */
const aside = /metric|prom|health|probe|admin|debug|manage|monitor/i

/** Which of the ports that pods declare is evidently meant by a port of a Service that leads to a number which they do not
 *  declare: that of the same name or number, else those to which nobody leads. None where all that is declared is led to
 *  anyway, or where a container may as well listen at the number: it declares no port at all, or is told the number. */
export function portsMeant(
  view: ClusterView,
  service: Service,
  port: ServicePort,
  pods: readonly Pod[],
): readonly ContainerPort[] {
  if (servingIn(pods).some((each) => each.ports.length === 0 || isTold(each, port.targetPort))) return []
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

/** What a variable is called that may tell a process where to listen. */
const ofListening = /port|listen|bind|addr|urls?$/i

/** Whether the command, arguments or environment of a container name a number as a port of its own: `--port=9090`, `:9090`,
 *  `http://+:9090`, or a value that is no more than that. That of another host is none. What such a variable takes from
 *  elsewhere may be any number. */
function isTold({ command, args, env }: Container, port: string): boolean {
  const own = new RegExp(
    String.raw`(?:^|[\s=])(?:(?:[a-z]{1,10}://)?(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::\]|[*+])?:)?${port}(?:[\s;/]|$)`,
    'i',
  )
  return (
    [...command, ...args, ...env.map(({ value }) => value ?? '')].some((text) => own.test(text)) ||
    env.some(({ name, value, from }) => value === null && from !== null && ofListening.test(name))
  )
}
