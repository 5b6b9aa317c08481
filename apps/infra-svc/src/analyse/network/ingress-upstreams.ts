import {
  isReady,
  referenceText,
  referenceTo,
  type ClusterView,
  type Ingress,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import type { Blame, Finding } from '../../finding/finding.ts'
import { ingressTroubles, type IngressTrouble } from '../../log/ingress-lines.ts'
import type { Analyser, Look } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { logQuote } from '../quote.ts'
import { lookAt } from '../remedies.ts'
import { controllerPods } from './ingress-controllers.ts'

const recentMs = 15 * 60_000
const mostQuoted = 3
const longestSaid = 200

/** Routes of which their controller logs that it does not get through. Without its log it finds nothing, and that says
 *  nothing. */
export const ingressUpstreams: Analyser = {
  rules: ['ingress-upstream-failing'],
  needs: [],
  *find(look) {
    const ingresses = [...look.view.all('Ingress')]
    const seen = controllerPods(look.view, ingresses).flatMap((pod) => troublesOf(look, pod))
    if (seen.length === 0) return
    for (const ingress of ingresses) yield* found(look.view, ingress, seen)
  },
}

interface Seen extends IngressTrouble {
  readonly pod: Pod
  readonly container: string
}

const troublesOf = ({ logs, now }: Look, pod: Pod): readonly Seen[] =>
  logs(pod.uid).flatMap(({ container, lines }) =>
    ingressTroubles(lines, now - recentMs).map((trouble) => ({ ...trouble, pod, container })),
  )

/** One finding for each Service that the lines are about; '' for those that name none of its Services. */
function* found(view: ClusterView, ingress: Ingress, seen: readonly Seen[]): Iterable<Finding> {
  const services = [...new Set(ingress.routes.map(({ service }) => service))]
  const endpoints = endpointsOf(view, ingress.namespace, services)
  const byService = Map.groupBy(seen, (trouble) => serviceMeant(ingress, services, endpoints, trouble))
  for (const [service, troubles] of byService) {
    if (service !== null) yield made(view, ingress, service, troubles)
  }
}

/** Which of an Ingress's Services a line is about; null for a line about something else. */
function serviceMeant(
  ingress: Ingress,
  services: readonly string[],
  endpoints: ReadonlyMap<string, string>,
  { upstream, service, ingress: named, host }: Seen,
): string | null {
  if (service) return service.namespace === ingress.namespace && services.includes(service.name) ? service.name : null
  const byAddress = upstream && endpoints.get(upstream.address)
  if (byAddress) return byAddress
  if (named) return named.namespace === ingress.namespace && named.name === ingress.name ? '' : null
  if (host === null) return null
  const ofHost = [...new Set(ingress.routes.filter((route) => route.host === host).map((route) => route.service))]
  return ofHost.length === 0 ? null : ofHost.length === 1 ? ofHost[0]! : ''
}

function endpointsOf(view: ClusterView, namespace: string, services: readonly string[]): ReadonlyMap<string, string> {
  const slices = [...view.inNamespace('EndpointSlice', namespace)].filter(({ service }) => services.includes(service))
  return new Map(
    slices.flatMap(({ service, endpoints }) =>
      endpoints.flatMap(({ addresses }) => addresses.map((address) => [address, service] as const)),
    ),
  )
}

function made(view: ClusterView, ingress: Ingress, name: string, troubles: readonly Seen[]): Finding {
  const last = troubles.at(-1)!
  const to = name === '' ? 'what is behind it' : `Service ${name}`
  const service: Reference = { kind: 'Service', namespace: ingress.namespace, name }
  const pod = podAt(view, ingress.namespace, last.upstream?.address)
  return {
    ...{ rule: 'ingress-upstream-failing', severity: 'warning', object: referenceTo(ingress), uid: ingress.uid },
    part: name,
    reason: 'UpstreamErrors',
    summary: `Its controller logged ${troubles.length === 1 ? 'an error' : `${troubles.length} errors`} on the way to ${to} in the last 15 minutes: ${briefly(last.line)}`,
    evidence: troubles
      .slice(-mostQuoted)
      .map(({ pod: controller, container, line }) => logQuote(controller, container, line)),
    remedies: [
      lookAt(
        "Read the controller's log",
        `kubectl logs -n ${last.pod.namespace} ${last.pod.name} -c ${last.container} --since=15m`,
      ),
      ...(name === ''
        ? []
        : [lookAt('See what the Service sends to', `kubectl describe service -n ${ingress.namespace} ${name}`)]),
    ],
    blames:
      name !== '' && pod && isReady(pod) && last.isRefused && last.upstream
        ? [refused(service, pod, last.upstream.port)]
        : [],
    involves: [...(name === '' ? [] : [service]), ...(pod ? [topOwner(view, pod)] : [])],
    since: null,
  }
}

/** Without its time and level, and cut where the rest is of the request alone. */
const briefly = (line: string): string => {
  const said = line.replace(/^\S+ \S+ \[\w+\] (?:\d+#\d+: )?(?:\*\d+ )?/, '')
  return said.length > longestSaid ? `${said.slice(0, longestSaid)}…` : said
}

/** Kubelet and controller do not agree: the port that is probed is another one than that to which requests go. */
const refused = (object: Reference, pod: Pod, port: number): Blame => ({
  object,
  because: `it sends to port ${port} of ${referenceText(pod)}, which is ready and refuses connections there`,
  strength: 'inferred',
})

function podAt(view: ClusterView, namespace: string, address: string | undefined): Pod | undefined {
  if (address === undefined) return undefined
  for (const { endpoints } of view.inNamespace('EndpointSlice', namespace)) {
    const target = endpoints.find(({ addresses }) => addresses.includes(address))?.target
    if (target?.kind === 'Pod') return view.get('Pod', namespace, target.name)
  }
  return undefined
}
