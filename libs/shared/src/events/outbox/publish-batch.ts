import type { Logger } from 'pino'
import type { Clock } from '../../clock/index.ts'
import { deadLetterTopic } from '../deliver.ts'
import { OpsError } from '../../errors/index.ts'
import type { EventBus, OutgoingEvent } from '../event-bus.ts'

export interface PublisherDeps {
  readonly schema: string
  readonly bus: Pick<EventBus, 'publish'>
  readonly clock: Clock
  readonly log: Logger
  readonly onRefused: () => void
}

/** Publishes batches in their order. An event that its topic will never take holds up no other: it goes to the dead letters with
 *  the reason, and is told of as an error. What it may throw beside that passes. */
export function createPublisher(deps: PublisherDeps): (events: readonly OutgoingEvent[]) => Promise<void> {
  const { bus, clock, log, schema, onRefused } = deps

  /** Which event it was the topic does not say: it is found by halves. */
  async function publish(events: readonly OutgoingEvent[]): Promise<void> {
    const refusal = await refusalOf(bus, events)
    if (refusal === null) return
    if (events.length === 1) return giveUp(events[0]!, refusal)
    const half = events.length >> 1
    await publish(events.slice(0, half))
    await publish(events.slice(half))
  }

  async function giveUp(event: OutgoingEvent, { message }: OpsError): Promise<void> {
    const topic = deadLetterTopic(event.topic)
    const dead = { ...event, topic, deadLetter: { group: `${schema}-outbox`, reason: message } }
    // What was wrong with it may be wrong there too: it is tried without its data, and as of now.
    const bare = { ...dead, data: null, time: new Date(clock.now()).toISOString() }
    const isKept = (await refusalOf(bus, [dead])) === null || (await refusalOf(bus, [bare])) === null
    onRefused()
    const { id, type, subject } = event
    log.error(
      { outbox: schema, event: id, type, subject, reason: message, topic, isKept },
      'an event was refused for good',
    )
  }

  return publish
}

/** Why the log will never take one of `events`; null once it has taken all.
 *  @throws what passes. */
async function refusalOf(bus: Pick<EventBus, 'publish'>, events: readonly OutgoingEvent[]): Promise<OpsError | null> {
  try {
    await bus.publish(events)
    return null
  } catch (error) {
    if (error instanceof OpsError && error.code === 'invalid_argument') return error
    throw error
  }
}
