import type { Logger } from 'pino'
import { RetryLater, type Job } from '@akashic/shared/queue'
import { SendError, type OutgoingMessage } from './message.ts'
import { isAnswered } from '../oncall/is-answered.ts'
import type { NotificationDeps } from './notification-deps.ts'
import { retryDelayMs, type Notification } from './notification.ts'
import type { NotificationMetrics } from './notification-metrics.ts'
import type { Senders } from './senders.ts'
import * as store from './store.ts'

export interface DeliveryDeps extends Pick<NotificationDeps, 'db' | 'clock'> {
  readonly log: Logger
  readonly random: () => number
  readonly senders: Senders
  readonly metrics: NotificationMetrics
  /** Signed link by which the person who is paged acknowledges. */
  readonly linkFor: (pageNum: number, person: string) => Promise<string | null>
}

/** One attempt at a notification. That it begins is recorded before, so that an attempt which dies is known to have been
 *  possible: the next one carries the same id, by which receivers know a repeat.
 *  @throws RetryLater when a later attempt may do better. */
export async function deliver(deps: DeliveryDeps, job: Job): Promise<void> {
  const { id } = job.data as { id: string }
  const notification = await store.beginAttempt(deps.db, id)
  if (!notification) return
  if (await isOutOfDate(deps, notification)) {
    await end(deps, notification, { state: 'superseded', error: '', reference: null })
    return
  }
  const message = await messageOf(deps, notification)
  const startedMs = deps.clock.now()
  let reference: string | null
  try {
    reference = (await deps.senders.of(notification.channel).send(message, job.signal)).reference
  } catch (error) {
    return giveUpOrWait(deps, notification, error)
  }
  deps.metrics.delivered(notification.channel, (deps.clock.now() - startedMs) / 1_000)
  await end(deps, notification, { state: 'delivered', error: '', reference })
}

/** True of a call about a page that somebody has acknowledged or that is over: it would wake somebody for nothing. */
async function isOutOfDate({ db }: DeliveryDeps, { pageNum, person, isUncertain }: Notification): Promise<boolean> {
  return pageNum !== null && person !== '' && !isUncertain && (await isAnswered(db, pageNum))
}

const recordTries = 3
const recordAgainMs = 500

/** Records what became of an attempt. That it was taken is known only here, so that it is tried more than once. */
async function end(
  { db, clock, log }: DeliveryDeps,
  { id, attempts }: Notification,
  settled: Pick<store.Outcome, 'state' | 'error' | 'reference'>,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      const outcome = { ...settled, isUncertain: false, nextAttemptAtMs: null }
      return await store.endAttempt(db, { id, attempts }, outcome, clock.now())
    } catch (error) {
      if (tries === recordTries) throw error
      log.warn(
        { err: error, notification: id },
        'what became of a notification could not be recorded; it is tried again',
      )
      await new Promise<void>((resolve) => void clock.after(recordAgainMs, resolve))
    }
  }
}

async function giveUpOrWait(deps: DeliveryDeps, notification: Notification, error: unknown): Promise<void> {
  const { db, clock, log, metrics } = deps
  const { id, channel, attempts, giveUpAtMs } = notification
  // What is no SendError is a mistake of ours or of the database: whether it was taken cannot be known.
  const failure =
    error instanceof SendError ? error : new SendError('internal error', { isRetriable: true, isUncertain: true })
  if (failure !== error) log.error({ err: error, notification: id, channel }, 'a notification met an error of our own')
  const nowMs = clock.now()
  const delayMs = retryDelayMs(attempts, failure.retryAfterMs, deps.random)
  const isDead = !failure.isRetriable || nowMs + delayMs > giveUpAtMs
  await store.endAttempt(
    db,
    { id, attempts },
    {
      state: isDead ? 'dead' : 'queued',
      isUncertain: failure.isUncertain,
      error: failure.message,
      reference: null,
      nextAttemptAtMs: isDead ? null : nowMs + delayMs,
    },
    nowMs,
  )
  metrics.failed(channel, isDead)
  if (!isDead) throw new RetryLater(failure.message, delayMs)
  log.error({ notification: id, channel, reason: failure.message, attempts }, 'a notification was given up')
}

async function messageOf(deps: DeliveryDeps, notification: Notification): Promise<OutgoingMessage> {
  const { id, subject, message, recipient, isUncertain, createdAtMs, pageNum, person } = notification
  return {
    ...message,
    id,
    subject,
    acknowledgeUrl: pageNum === null || person === '' ? null : await deps.linkFor(pageNum, person),
    to: recipient === '' ? null : recipient,
    thread: await store.readThread(deps.db, notification),
    isRepeat: isUncertain,
    createdAtMs,
  }
}
