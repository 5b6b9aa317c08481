import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { toCloudEvent, type DeliveredEvent, type EventBus, type EventPosition } from '@akashic/shared/events'
import type { Principal } from '@akashic/shared/identity'
import type { Logger } from 'pino'
import { Gauge, type Registry } from 'prom-client'
import { every } from '../every.ts'
import { createEventPlace, type EventPlace } from './event-place.ts'
import { mayReadEvent } from './may-read-event.ts'
import { createStreamSlots } from './stream-slots.ts'

export interface EventStreamsDeps {
  readonly bus: EventBus
  readonly clock: Clock
  readonly metrics: Registry
  readonly log: Logger
  /** Open streams in all, and by key. */
  readonly limits: { readonly inAll: number; readonly each: number }
}

export interface EventStreamRequest {
  readonly topics: readonly string[]
  /** Only these; all when empty. */
  readonly types: readonly string[]
  /** Read on after these, or from an instant, or with what comes next. */
  readonly from: readonly EventPosition[] | 'latest' | { readonly timeMs: number }
  readonly principal: Principal
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal
  /** @throws OpsError once the key is no longer good. */
  readonly checkKey: () => Promise<void>
}

export interface EventStreams {
  /** Finds where the stream begins. @returns what writes it until the reader leaves.
   *  @throws OpsError resource_exhausted when too many are open, unavailable when the event log is away. */
  open(request: EventStreamRequest): Promise<(response: ServerResponse) => void>
  /** Ends every stream. */
  stop(): void
}

const heartbeatMs = 15_000
const checkKeyMs = 60_000
/** A reader that takes nothing for so long is cut off; it goes on at its last id. */
const patienceMs = 30_000

/** Events as server-sent events, for those without Kafka. The bus is read only as fast as the reader takes what comes. */
export function createEventStreams({ bus, clock, metrics, log, limits }: EventStreamsDeps): EventStreams {
  const slots = createStreamSlots(limits)
  const stopping = new AbortController()
  new Gauge({
    name: 'akashic_event_streams',
    help: 'Streams of /api/v1/events that are open.',
    registers: [metrics],
    collect() {
      this.set(slots.open())
    },
  })

  async function write(request: EventStreamRequest, place: EventPlace, response: ServerResponse): Promise<void> {
    const leaving = new AbortController()
    const signal = AbortSignal.any([leaving.signal, stopping.signal, request.signal])
    const regularly = [
      every(
        clock,
        heartbeatMs,
        async () => void (response.writableNeedDrain || response.write(placeMessage(place))),
        log,
      ),
      every(clock, checkKeyMs, () => request.checkKey().catch(leaveIfRefused(leaving)), log),
    ]
    try {
      for (const repetition of regularly) repetition.start()
      response.write(placeMessage(place))
      const { topics } = request
      for await (const event of bus.read({ topics, from: { after: place.positions() }, signal })) {
        place.advance(event.position)
        if (!isWanted(request, event)) continue
        if (!response.write(eventMessage(place, event))) await drained(response, signal)
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'a stream of events ended; its reader goes on at its last id')
    } finally {
      leaving.abort()
      response.end()
      await Promise.all(regularly.map((repetition) => repetition.stop()))
    }
  }

  return {
    async open(request) {
      const { from, topics, principal, signal } = request
      slots.take(principal.id, signal)
      const positions = isPositions(from) ? from : await bus.positions(topics, from)
      return (response) => void write(request, createEventPlace(positions), response)
    },
    stop: () => stopping.abort(),
  }
}

/** Ends a stream whose key is no longer good; not when nobody could tell. */
const leaveIfRefused = (leaving: AbortController) => (error: unknown) => {
  if (error instanceof OpsError && ['unauthenticated', 'permission_denied'].includes(error.code)) leaving.abort()
}

const isPositions = (from: EventStreamRequest['from']): from is readonly EventPosition[] => Array.isArray(from)

function isWanted({ types, principal }: EventStreamRequest, event: DeliveredEvent): boolean {
  return (types.length === 0 || types.includes(event.type)) && mayReadEvent(principal, event)
}

/** @throws Error when the reader takes nothing for too long. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.timeout(patienceMs)
  try {
    await once(response, 'drain', { signal: AbortSignal.any([signal, patience]) })
  } catch (error) {
    if (patience.aborted) response.destroy()
    throw error
  }
}

/** Moves the reader's Last-Event-ID on, and nothing else. */
const placeMessage = (place: EventPlace): string => `id: ${place.id()}\n\n`

const eventMessage = (place: EventPlace, event: DeliveredEvent): string =>
  `id: ${place.id()}\nevent: ${event.type}\ndata: ${JSON.stringify(toCloudEvent(event))}\n\n`
