import {
  containerOf,
  isReady,
  referenceTo,
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
import { edit, lookAt } from '../remedies.ts'
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
  const killing = events.find(
    ({ reason, message }) => reason === 'Killing' && /failed (liveness|startup) probe/.test(message),
  )
  const unhealthy = events.filter(({ reason }) => reason === 'Unhealthy')
  const kind = killing ? (killing.message.includes('startup') ? 'startup' : 'liveness') : kindOf(unhealthy[0]!)
  const probe = container?.[kind]
  const wasReady = isReady(pod)
  const ofKind = unhealthy.filter(({ message }) => message.toLowerCase().startsWith(kind))
  const failure = ofKind[0] ?? unhealthy[0]!
  const owner = topOwner(view, pod)
  const path = `spec.containers[${status.name}].${kind}Probe`
  const waitsForOthers = logFacts(logs(pod.uid)).some(({ kind }) => ofOthers.has(kind))
  const wrong = probe && wrongTarget(pod, kind, probe, failure.message)
  if (!killing && (status.isReady || (!wrong && mayBeStarting(ofKind, probe)))) return
  const kills =
    killing && probe && status.restarts > 0 && !wasReady && !waitsForOthers && !hadStarted(pod, status, probe)
  yield {
    rule: 'pod-probe-failing',
    severity: wasReady ? 'warning' : 'critical',
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
      ...(probe ? [fieldQuote(pod, path, numbersOf(probe))] : []),
    ],
    remedies: [
      lookAt(
        'See what the process does while it starts',
        `kubectl logs -n ${pod.namespace} ${pod.name} -c ${status.name} --previous`,
      ),
      ...(killing
        ? [
            edit(
              owner,
              'Give it a startup probe, or the liveness probe more time',
              'the probes of the container; it starts a rollout',
            ),
          ]
        : []),
    ],
    blames: wrong
      ? [{ object: owner, because: `${wrong} (container ${status.name})`, strength: 'direct' }]
      : kills
        ? [
            {
              object: owner,
              because: `the ${kind} probe of its container ${status.name} gives the process ${allowed(probe)} s, and kills it before it has started`,
              strength: 'direct',
            },
          ]
        : [],
    involves: [],
    since: pod.startedAt ?? failure.firstAt,
  }
}

const kindOf = ({ message }: KubeEvent): 'liveness' | 'readiness' | 'startup' =>
  message.startsWith('Liveness') ? 'liveness' : message.startsWith('Startup') ? 'startup' : 'readiness'

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
