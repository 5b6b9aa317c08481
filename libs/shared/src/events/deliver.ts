import type { Logger } from 'pino'
import type { Counter } from 'prom-client'
import { OpsError } from '../errors/index.ts'
import { inSpan } from '../telemetry/index.ts'
import type { DeliveredEvent, OutgoingEvent, SubscribeOptions } from './event-bus.ts'
import { backoffMs, pause } from './wake-up.ts'

export interface RetryPolicy {
  /** How often an event is tried in all. */
  readonly attempts: number
  /** Delay after the first; it doubles with each. */
  readonly firstDelayMs: number
}

export const defaultRetry: RetryPolicy = { attempts: 5, firstDelayMs: 200 }

export interface DeliverDeps {
  readonly publish: (events: readonly OutgoingEvent[]) => Promise<void>
  readonly retry: RetryPolicy
  readonly random: () => number
  readonly log: Logger
  readonly delivered: Counter<'group' | 'outcome'> | undefined
}

const longestDelayMs = 5_000
const longestReason = 500

/** The topic of what could not be processed. */
export const deadLetterTopic = (topic: string): string => `${topic}.dead`

/** Gives `event` to its consumer until it takes it; one that it never takes goes to the dead letters.
 *  @throws what is no fault of the event: that the consumer, or the dead letters, cannot be reached; and `signal`'s reason. */
export async function deliver(
  deps: DeliverDeps,
  { group, onEvent }: Pick<SubscribeOptions, 'group' | 'onEvent'>,
  event: DeliveredEvent,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted()
    try {
      await inSpan(`consume ${event.type}`, event.traceparent ?? null, () => onEvent(event))
      deps.delivered?.inc({ group, outcome: 'processed' })
      return
    } catch (error) {
      if (isPassing(error)) throw error
      if (attempt + 1 >= deps.retry.attempts) return giveUp(deps, group, event, error)
      await pause(backoffMs(attempt, deps.retry.firstDelayMs, longestDelayMs, deps.random), signal)
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof OpsError && (error.code === 'unavailable' || error.code === 'deadline_exceeded')
}

async function giveUp(deps: DeliverDeps, group: string, event: DeliveredEvent, error: unknown): Promise<void> {
  const { position, ...rest } = event
  const topic = deadLetterTopic(position.topic)
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, longestReason)
  await deps.publish([{ ...rest, topic, deadLetter: { group, reason, position } }])
  deps.delivered?.inc({ group, outcome: 'dead_letter' })
  deps.log.error({ err: error, group, event: event.id, type: event.type, position }, `an event went to ${topic}`)
}
