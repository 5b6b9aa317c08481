import {
  conditionOf,
  isReady,
  type ContainerState,
  type Pod,
  type Service,
  type ServicePort,
} from '@akashic/kubernetes'
import type { Evidence } from '../../finding/finding.ts'
import { ingressTroubles, type IngressTrouble } from '../../log/ingress-lines.ts'
import type { LogFact } from '../../log/log-facts.ts'
import { refusalsOf } from '../../log/refusals-of.ts'
import type { Look } from '../analyser.ts'
import { podEvents } from '../events.ts'
import { eventQuote, logQuote } from '../quote.ts'
import { controllerPods } from './ingress-controllers.ts'

const recentMs = 15 * 60_000
/** Within which a process may still be on its way to listen. */
const beginningMs = 60_000
/** Within which nodes may not yet send to a pod that has become ready, or as a Service now says. */
const settlingMs = 5_000

/** What shows that pods refuse the connections that a port of a Service sends them. Undefined where nobody tells so. */
export type RefusalLookup = (service: Service, port: ServicePort, pods: readonly Pod[]) => Evidence | undefined

/** Refusals that are told by processes that call, by ingress controllers, and by the kubelet. Logs are gone through once,
 *  and only if they are asked for. */
export function refusalsIn(look: Look): RefusalLookup {
  const callers = once(() => refusedCallers(look))
  const routes = once(() => refusedRoutes(look))
  return (service, port, pods) => {
    const ready = pods.filter(isReady)
    const told =
      ready.length === 0 ? undefined : (byCaller(callers(), service, port, ready) ?? byIngress(routes(), port, ready))
    return told ?? byProbe(look, port, pods)
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

interface RefusedCaller {
  readonly caller: Pod
  readonly fact: LogFact
  /** The earliest at which it can have been refused last, ms since 1970. */
  readonly refusedAt: number
}

/** Whoever is ready by now, or did what it was there for, got over it. */
const refusedCallers = ({ view, logs, now }: Look): readonly RefusedCaller[] =>
  [...view.all('Pod')].flatMap((caller) => {
    const tails = logs(caller.uid)
    if (tails.length === 0 || isReady(caller) || caller.phase === 'Succeeded') return []
    return refusalsOf(tails).flatMap(({ fact, isOfItsEnd }) => {
      const run = runOf(caller, fact)
      if (!run || isOutlived(caller, run, now)) return []
      return { caller, fact, refusedAt: isOfItsEnd ? (run.finishedAt ?? now) : (run.startedAt ?? 0) }
    })
  })

/** The run of a container that wrote a line: while it waits to begin anew, the log is of the one before. */
function runOf({ statuses }: Pod, { container, isPrevious }: LogFact): ContainerState | null | undefined {
  const status = statuses.find(({ name }) => name === container)
  return isPrevious || status?.now?.state === 'waiting' ? status?.last : status?.now
}

/** Whether the run after this one has gone on for longer, and does not say the same. */
const isOutlived = ({ statuses }: Pod, { startedAt, finishedAt }: ContainerState, now: number): boolean =>
  statuses.some(
    ({ last, now: next }) =>
      finishedAt !== null &&
      last?.finishedAt === finishedAt &&
      typeof next?.startedAt === 'number' &&
      (next.finishedAt ?? now) - next.startedAt > finishedAt - (startedAt ?? finishedAt),
  )

function byCaller(
  callers: readonly RefusedCaller[],
  service: Service,
  { port }: ServicePort,
  ready: readonly Pod[],
): Evidence | undefined {
  const from = Math.max(readySince(ready), service.lastWrite?.at ?? 0) + settlingMs
  const found = callers.find(
    ({ caller, fact, refusedAt: at }) =>
      fact.host !== null && fact.port === port && at > from && namesOf(service, caller.namespace).has(fact.host),
  )
  return found && logQuote(found.caller, found.fact.container, found.fact.line)
}

interface RefusedRoute extends IngressTrouble {
  readonly controller: Pod
  readonly container: string
}

const refusedRoutes = ({ view, logs, now }: Look): readonly RefusedRoute[] =>
  controllerPods(view, [...view.all('Ingress')]).flatMap((controller) =>
    logs(controller.uid).flatMap(({ container, lines }) =>
      ingressTroubles(lines, now - recentMs)
        .filter(({ isRefused }) => isRefused)
        .map((trouble) => ({ ...trouble, controller, container })),
    ),
  )

function byIngress(
  routes: readonly RefusedRoute[],
  { targetPort }: ServicePort,
  ready: readonly Pod[],
): Evidence | undefined {
  const found = routes.find(({ upstream, at }) => {
    const pod = ready.find(({ podIps }) => upstream !== null && podIps.includes(upstream.address))
    return pod && upstream?.port === Number(targetPort) && at !== null && at > readySince([pod]) + settlingMs
  })
  return found && logQuote(found.controller, found.container, found.line)
}

/** A process that restarts, or has only begun, refuses a probe wherever it will listen. */
function byProbe({ view, now }: Look, { targetPort }: ServicePort, pods: readonly Pod[]): Evidence | undefined {
  for (const pod of pods.filter((each) => !isReady(each))) {
    for (const { name, restarts, now: run } of pod.statuses) {
      if (run?.state !== 'running' || run.startedAt === null || restarts > 0) continue
      const from = Math.max(now - recentMs, run.startedAt + beginningMs)
      const event = podEvents(view, pod, ['Unhealthy'], name).find(
        ({ message, lastAt }) =>
          message.includes(`:${targetPort}: connect: connection refused`) && lastAt !== null && lastAt > from,
      )
      if (event) return eventQuote(event)
    }
  }
  return undefined
}

/** Since when one of the pods at least is ready, ms since 1970: what was refused before tells nothing of now. */
const readySince = (ready: readonly Pod[]): number =>
  Math.min(...ready.map((pod) => conditionOf(pod, 'Ready')?.since ?? 0))

const namesOf = ({ name, namespace, clusterIp }: Service, from: string): ReadonlySet<string> =>
  new Set([
    ...(from === namespace ? [name] : []),
    ...['', '.svc', '.svc.cluster.local'].map((end) => `${name}.${namespace}${end}`),
    clusterIp,
  ])
