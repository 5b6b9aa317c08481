import type { Logger } from 'pino'
import { RetryLater, type Job } from '@akashic/shared/queue'
import { SendError, type OutgoingMessage } from './message.ts'
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
  const { db, clock } = deps
  const notification = await store.beginAttempt(db, id)
  if (!notification) return
  const startedMs = clock.now()
  try {
    const sender = deps.senders.of(notification.channel)
    const receipt = await sender.send(await messageOf(deps, notification), job.signal)
    const outcome = { state: 'delivered', isUncertain: false, error: '', nextAttemptAtMs: null } as const
    await store.endAttempt(db, id, { ...outcome, reference: receipt.reference }, clock.now())
    deps.metrics.delivered(notification.channel, (clock.now() - startedMs) / 1_000)
  } catch (error) {
    await giveUpOrWait(deps, notification, error)
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
    id,
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
