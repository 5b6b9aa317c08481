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
  const kind = killing ? (killing.message.includes('startup') ? 'startup' : 'liveness') : 'readiness'
  const probe = container?.[kind]
  if (!killing && status.isReady) return
  const wasReady = isReady(pod)
  const failure =
    events.find(({ reason, message }) => reason === 'Unhealthy' && message.toLowerCase().startsWith(kind)) ?? events[0]!
  const owner = topOwner(view, pod)
  const path = `spec.containers[${status.name}].${kind}Probe`
  const waitsForOthers = logFacts(logs(pod.uid)).some(({ kind }) => ofOthers.has(kind))
  const wrong = probe && wrongTarget(pod, kind, probe, failure.message)
  const kills = killing !== undefined && status.restarts > 0 && !wasReady && !waitsForOthers
  yield {
    rule: 'pod-probe-failing',
    severity: wasReady ? 'warning' : 'critical',
    object: referenceTo(pod),
    uid: pod.uid,
    part: status.name,
    reason: 'Unhealthy',
    summary: killing
      ? `The ${kind} probe of container ${status.name} fails, and the process is killed and started again.`
      : `The readiness probe of container ${status.name} fails: ${failure.message}.`,
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
      : kills && probe
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

/** Seconds that a probe waits before it has failed for good. */
const allowed = ({ initialDelaySeconds, periodSeconds, failureThreshold }: Probe): number =>
  initialDelaySeconds + periodSeconds * failureThreshold

const numbersOf = ({ kind, path, port, initialDelaySeconds, periodSeconds, failureThreshold }: Probe): string =>
  `${kind} ${port}${path}, initialDelaySeconds ${initialDelaySeconds}, periodSeconds ${periodSeconds}, failureThreshold ${failureThreshold}`
