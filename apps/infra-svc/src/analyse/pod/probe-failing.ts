import {
  containerOf,
  isReady,
  referenceTo,
  type Container,
  type ContainerStatus,
  type KubeEvent,
  type Pod,
  type Probe,
} from '@akashic/kubernetes'
import type { Finding } from '../../finding/finding.ts'
import { logFacts, ofOthers } from '../../log/log-facts.ts'
import type { Analyser, Look } from '../analyser.ts'
import { podEvents } from '../events.ts'
import { topOwner } from '../owner.ts'
import { eventQuote, fieldQuote } from '../quote.ts'
import { ofImpatientProbe, ofWrongProbe } from '../../remedy/probe.ts'
import { lookAt } from '../remedies.ts'
import { wrongTarget } from './probe-target.ts'

const recentMs = 10 * 60_000

/** Probes that fail: a liveness or startup probe that kills a process before it was ever ready is to blame itself; a
 *  readiness probe only tells that something is wrong. */
export const probeFailing: Analyser = {
  rules: ['pod-probe-failing'],
  needs: ['Pod', 'Event'],
  *find(look) {
    const { view, now } = look
    for (const pod of view.all('Pod')) {
      if (
        pod.deletedAt !== null ||
        pod.phase !== 'Running' ||
        (isReady(pod) && pod.statuses.every(({ restarts }) => restarts === 0))
      )
        continue
      for (const status of pod.statuses) {
        const events = podEvents(view, pod, ['Unhealthy', 'Killing'], status.name).filter(
          ({ lastAt }) => lastAt === null || now - lastAt < recentMs,
        )
        if (events.some(({ reason }) => reason === 'Unhealthy')) yield* found(look, pod, status, events)
      }
    }
  },
}

function* found(
  { view, logs }: Look,
  pod: Pod,
  status: ContainerStatus,
  events: readonly KubeEvent[],
): Iterable<Finding> {
  const container = containerOf(pod, status.name)
  const killing = events.find(({ reason, message }) => reason === 'Killing' && failedProbe.test(message))
  const unhealthy = events.filter(({ reason }) => reason === 'Unhealthy')
  const kind = killing ? killedBy(killing) : lastingKind(unhealthy, container)
  const probe = container?.[kind] ?? null
  const ofKind = unhealthy.filter((each) => kindOf(each) === kind)
  const failure = ofKind[0] ?? unhealthy[0]!
  const owner = topOwner(view, pod)
  const wrong = probe && wrongTarget(pod, kind, probe, failure.message)
  if (!killing && (status.isReady || (!wrong && mayBeStarting(ofKind, probe)))) return
  const waitsForOthers = logFacts(logs(pod.uid)).some((fact) => ofOthers.has(fact.kind))
  const kills =
    killing && probe && status.restarts > 0 && !isReady(pod) && !waitsForOthers && !hadStarted(pod, status, probe)
  const because =
    wrong !== null
      ? `${wrong} (container ${status.name})`
      : kills
        ? `the ${kind} probe of its container ${status.name} gives the process ${allowed(probe)} s, and kills it before it has started`
        : null
  const own = (wrong === null ? ofImpatientProbe : ofWrongProbe)(view, owner, status.name, kind)
  yield {
    rule: 'pod-probe-failing',
    severity: isReady(pod) ? 'warning' : 'critical',
    object: referenceTo(pod),
    uid: pod.uid,
    part: status.name,
    reason: 'Unhealthy',
    summary: killing
      ? `The ${kind} probe of container ${status.name} fails, and the process is killed and started again.`
      : `The ${kind} probe of container ${status.name} fails: ${failure.message}.`,
    evidence: [
      eventQuote(failure),
      ...(killing ? [eventQuote(killing)] : []),
      ...(probe ? [fieldQuote(pod, `spec.containers[${status.name}].${kind}Probe`, numbersOf(probe))] : []),
    ],
    remedies: [
      lookAt(
        'See what the process does while it starts',
        `kubectl logs -n ${pod.namespace} ${pod.name} -c ${status.name}${killing ? ' --previous' : ''} --tail=100`,
      ),
    ],
    blames: because === null ? [] : [{ object: owner, because, strength: 'direct', ...own }],
    involves: [],
    since: pod.startedAt ?? failure.firstAt,
  }
}

type ProbeKind = 'liveness' | 'readiness' | 'startup'

const failedProbe = /failed (liveness|startup) probe/
const killedBy = ({ message }: KubeEvent): ProbeKind => (message.includes('startup') ? 'startup' : 'liveness')

/** Of the probes that fail the one that the kubelet has taken notice of; else the one that failed last. */
function lastingKind(unhealthy: readonly KubeEvent[], container: Container | undefined): ProbeKind {
  const kinds = [...new Set(unhealthy.map(kindOf))]
  const failuresOf = (kind: ProbeKind) => unhealthy.filter((each) => kindOf(each) === kind)
  return kinds.find((kind) => !mayBeStarting(failuresOf(kind), container?.[kind])) ?? kinds[0]!
}

/** The kubelet joins events whose words differ, such as by the port they came from. Source: client-go's EventCorrelator. */
const joined = '(combined from similar events): '

const kindOf = ({ message }: KubeEvent): ProbeKind => {
  const said = message.replace(joined, '')
  return said.startsWith('Liveness') ? 'liveness' : said.startsWith('Startup') ? 'startup' : 'readiness'
}

/** Every process fails its probes at first: the kubelet itself takes no notice before as many as this. */
const mayBeStarting = (failures: readonly KubeEvent[], probe: Probe | null | undefined): boolean =>
  failures.reduce((sum, { count }) => sum + count, 0) < (probe?.failureThreshold ?? 1)

/** A run that lasted longer than the probe could have let it fail had started, and failed later. */
function hadStarted({ spec }: Pod, { now, last }: ContainerStatus, probe: Probe): boolean {
  const run = last ?? now
  if (!run || run.startedAt === null || run.finishedAt === null) return false
  const longest = allowed(probe) + probe.failureThreshold * probe.timeoutSeconds + spec.terminationGracePeriodSeconds
  return run.finishedAt - run.startedAt > longest * 1_000
}

/** Seconds that a probe waits before it has failed for good. */
const allowed = ({ initialDelaySeconds, periodSeconds, failureThreshold }: Probe): number =>
  initialDelaySeconds + periodSeconds * failureThreshold

const numbersOf = ({ kind, path, port, initialDelaySeconds, periodSeconds, failureThreshold }: Probe): string =>
  `${kind} ${port}${path}, initialDelaySeconds ${initialDelaySeconds}, periodSeconds ${periodSeconds}, failureThreshold ${failureThreshold}`
