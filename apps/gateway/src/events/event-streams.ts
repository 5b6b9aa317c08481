import type { ServerResponse } from 'node:http'
import type { Clock } from '@akashic/shared/clock'
import type { EventBus, EventPosition } from '@akashic/shared/events'
import type { Logger } from 'pino'
import { Gauge, type Registry } from 'prom-client'
import { createEventPlace, requireWithin } from './event-place.ts'
import { serverStops } from './farewell.ts'
import { createStreamSlots } from './stream-slots.ts'
import { tellEvents, type EventStreamRequest } from './tell-events.ts'

export interface EventStreamsDeps {
  readonly bus: EventBus
  readonly clock: Clock
  readonly metrics: Registry
  readonly log: Logger
  /** Open streams in all, and by key. */
  readonly limits: { readonly inAll: number; readonly each: number }
}

export interface EventStreams {
  /** Finds where the stream begins. @returns what writes it until the reader leaves.
   *  @throws OpsError resource_exhausted when too many are open, out_of_range for a place beyond the end of the log, unavailable
   *  when that is away. */
  open(request: EventStreamRequest): Promise<(response: ServerResponse) => void>
  /** Ends every stream. */
  stop(): void
}

/** Events as server-sent events, for those without Kafka. The bus is read only as fast as the reader takes what comes. */
export function createEventStreams({ bus, clock, metrics, log, limits }: EventStreamsDeps): EventStreams {
  const slots = createStreamSlots(limits)
  const stopping = new AbortController()
  const deps = { bus, clock, log, stopping: stopping.signal }
  new Gauge({
    name: 'akashic_event_streams',
    help: 'Streams of /api/v1/events that are open.',
    registers: [metrics],
    collect() {
      this.set(slots.open())
    },
  })

  async function startOf({ from, topics }: EventStreamRequest): Promise<readonly EventPosition[]> {
    if (from === 'latest' || !('after' in from)) return bus.positions(topics, from)
    requireWithin(from.after, await bus.positions(topics, 'latest'))
    return from.after
  }

  return {
    async open(request) {
      slots.take(request.principal.id, request.signal)
      const place = createEventPlace(await startOf(request))
      return (response) => void tellEvents(deps, request, place, response)
    },
    stop: () => stopping.abort(serverStops()),
  }
}
