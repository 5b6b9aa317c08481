import {
  selectorOfLabels,
  selects,
  type ClusterView,
  type Ingress,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import { podsOf } from '../owner.ts'

/** `app.kubernetes.io/name` of the pods of each controller, by the name in its IngressClass. */
const labelOf: Readonly<Record<string, string>> = {
  'k8s.io/ingress-nginx': 'ingress-nginx',
  'nginx.org/ingress-controller': 'nginx-ingress',
  'traefik.io/ingress-controller': 'traefik',
  'haproxy.org/ingress-controller/haproxy': 'kubernetes-ingress',
  'haproxy.org/ingress-controller': 'kubernetes-ingress',
  'haproxy-ingress.github.io/controller': 'haproxy-ingress',
  'ingress-controllers.konghq.com/kong': 'kong',
  'projectcontour.io/ingress-controller': 'contour',
}
const label = 'app.kubernetes.io/name'
const known = new Set(Object.values(labelOf))
const mostPods = 4

/** The pods that serve these Ingresses: those of their class's controller, or of every known one where the class does not
 *  tell. A few of them stand for all. */
export function controllerPods(view: ClusterView, ingresses: readonly Ingress[]): readonly Pod[] {
  if (ingresses.length === 0) return []
  const wanted = new Set(ingresses.flatMap((ingress) => namesFor(view, ingress)))
  const controllers = (['Deployment', 'DaemonSet', 'StatefulSet'] as const).flatMap((kind) =>
    [...view.all(kind)].filter(({ template }) => wanted.has(template.labels[label] ?? '')),
  )
  return controllers
    .flatMap((controller) => podsOf(view, controller))
    .filter(({ deletedAt, phase }) => deletedAt === null && phase === 'Running')
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .slice(0, mostPods)
}

function namesFor(view: ClusterView, { className }: Ingress): readonly string[] {
  const named =
    className === null
      ? [...view.all('IngressClass')].find(({ isDefault }) => isDefault)
      : view.get('IngressClass', '', className)
  const name = labelOf[named?.controller ?? '']
  return name === undefined ? [...known] : [name]
}

/** The Ingresses that lead to these workloads by way of a Service. */
export function routesTo(view: ClusterView, workloads: readonly Reference[]): readonly Ingress[] {
  return workloads.flatMap((workload) => {
    const found = view.find(workload)
    if (!found || !('template' in found)) return []
    const services = [...view.inNamespace('Service', workload.namespace)].filter(
      ({ selector }) => selector !== null && selects(selectorOfLabels(selector), found.template.labels),
    )
    const names = new Set(services.map(({ name }) => name))
    return [...view.inNamespace('Ingress', workload.namespace)].filter(({ routes }) =>
      routes.some(({ service }) => names.has(service)),
    )
  })
}
