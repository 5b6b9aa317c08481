import { referenceTo, type ClusterView, type Ingress, type IngressRoute } from '@akashic/kubernetes'
import { edit, lookAt } from '../analyse/remedies.ts'
import type { Remedy } from '../finding/finding.ts'
import { patch, replaced } from './command.ts'
import { nearestName } from './spelling.ts'

/** Send a route to a Service, or to a port of it, that there is; else make the Service that it names. */
export function mendBackend(view: ClusterView, given: Ingress, route: IngressRoute): readonly Remedy[] {
  const { namespace } = given
  const found = view.get('Service', namespace, route.service)
  if (found) return found.ports.slice(0, 3).map(({ port }) => toPort(given, route, port))
  const names = [...view.inNamespace('Service', namespace)].map(({ name }) => name)
  const meant = nearestName(route.service, names)
  if (meant !== undefined) return [toService(given, route, meant)]
  const look = lookAt('See which Services there are', `kubectl get services -n ${namespace} --show-labels`)
  return /^\d+$/.test(route.port) ? [look, makeService(namespace, route)] : [look]
}

const toService = (given: Ingress, { at, host, path, service }: IngressRoute, name: string): Remedy =>
  patch(referenceTo(given), {
    title: `Send ${host}${path} to Service ${name}`,
    changes: 'where requests from outside go',
    type: 'json',
    to: replaced(`${at}/service/name`, service, name),
    back: replaced(`${at}/service/name`, name, service),
  })

function toPort(given: Ingress, { at, host, path, service, port }: IngressRoute, offered: number): Remedy {
  const before = /^\d+$/.test(port) ? { number: Number(port) } : { name: port }
  return patch(referenceTo(given), {
    title: `Send ${host}${path} to port ${offered} of Service ${service}`,
    changes: 'where requests from outside go',
    type: 'json',
    to: replaced(`${at}/service/port`, before, { number: offered }),
    back: replaced(`${at}/service/port`, { number: offered }, before),
  })
}

const makeService = (namespace: string, { service, port }: IngressRoute): Remedy => ({
  title: `Make the Service that it names, for pods labelled app=${service}, or take the route away`,
  command: `kubectl create service clusterip -n ${namespace} ${service} --tcp=${port}:${port}`,
  changes: 'adds the Service; it leads somewhere once pods have its label',
  undo: `kubectl delete -n ${namespace} service/${service}`,
  isDestructive: false,
})

/** Give an Ingress a class that some controller serves. */
export function mendClass(view: ClusterView, given: Ingress): readonly Remedy[] {
  const object = referenceTo(given)
  const classes = [...view.all('IngressClass')]
  if (classes.length === 0) return [edit(object, 'Name a class once its controller is installed', 'who serves it')]
  return classes.slice(0, 3).map(({ name }) =>
    patch(object, {
      title: `Give it the class ${name}`,
      changes: 'which controller serves it',
      to: { spec: { ingressClassName: name } },
      back: { spec: { ingressClassName: given.className } },
    }),
  )
}
