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

/** An event that neither its topic nor the dead letters took. */
export interface RefusedEvent {
  readonly event: OutgoingEvent
  readonly reason: string
}

/** What became of a batch that was published. */
export interface Published {
  /** How many of its events their topics refused. */
  readonly refusals: number
  /** Those of them that the dead letters did not take whole either. */
  readonly homeless: readonly RefusedEvent[]
}

/** How many events of a batch may be refused: each costs several calls, and the transaction that took them is open. */
const mostRefusals = 20

/** Thrown for a batch of which more are refused; smaller ones get through. */
export class TooManyRefused extends Error {
  override readonly name = 'TooManyRefused'
}

/** Publishes batches in their order. An event that its topic will never take holds up no other: it goes to the dead letters with
 *  the reason, and is told of as an error; those that these do not take whole either are returned, to be kept elsewhere.
 *  @throws TooManyRefused; what it may throw beside that passes. */
export function createPublisher(deps: PublisherDeps) {
  const { bus, clock, log, schema, onRefused } = deps

  /** Which event it was the topic does not say: it is found by halves. */
  async function publish(events: readonly OutgoingEvent[], so: { refusals: number; homeless: RefusedEvent[] }) {
    const refusal = await refusalOf(bus, events)
    if (refusal === null) return
    if (events.length === 1) {
      if (++so.refusals > mostRefusals)
        throw new TooManyRefused(`more than ${mostRefusals} events of a batch are refused`)
      return giveUp(events[0]!, refusal, so.homeless)
    }
    const half = events.length >> 1
    await publish(events.slice(0, half), so)
    await publish(events.slice(half), so)
  }

  async function giveUp(event: OutgoingEvent, { message }: OpsError, homeless: RefusedEvent[]): Promise<void> {
    const topic = deadLetterTopic(event.topic)
    const dead = { ...event, topic, deadLetter: { group: `${schema}-outbox`, reason: message } }
    // What was wrong with it may be wrong there too: it is tried without its data, and as of now.
    const bare = { ...dead, data: null, time: new Date(clock.now()).toISOString() }
    const isWhole = (await refusalOf(bus, [dead])) === null
    // Of what is told without its data, the data is kept too.
    if (!isWhole) homeless.push({ event, reason: message })
    const isTold = isWhole || (await refusalOf(bus, [bare])) === null
    onRefused()
    const { id, type, subject } = event
    log.error(
      { outbox: schema, event: id, type, subject, reason: message, topic, isTold },
      'an event was refused for good',
    )
  }

  return async (events: readonly OutgoingEvent[]): Promise<Published> => {
    const so = { refusals: 0, homeless: [] as RefusedEvent[] }
    await publish(events, so)
    return so
  }
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
