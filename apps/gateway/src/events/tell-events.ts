import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { toCloudEvent, type DeliveredEvent, type EventBus } from '@akashic/shared/events'
import type { Principal } from '@akashic/shared/identity'
import type { Logger } from 'pino'
import { every } from '../every.ts'
import type { EventPlace, EventStart } from './event-place.ts'
import { sayFarewell, serverStops, tooSlow } from './farewell.ts'
import { mayReadEvent } from './may-read-event.ts'

export interface EventStreamRequest {
  readonly topics: readonly string[]
  /** Only these; all when empty. */
  readonly types: readonly string[]
  readonly from: EventStart | 'latest'
  readonly principal: Principal
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal
  /** @throws OpsError once the key is no longer good. */
  readonly checkKey: () => Promise<void>
}

export interface TellDeps {
  readonly bus: EventBus
  readonly clock: Clock
  readonly log: Logger
  /** Aborts, with the reason, when no stream may go on. */
  readonly stopping: AbortSignal
}

const heartbeatMs = 15_000
/** A key is looked up at most every 2 s, and a revoked one is good for nothing after 5 s. */
const checkKeyMs = 2_500
/** A reader that takes nothing for so long is cut off; it goes on at its last id. */
const patienceMs = 30_000

/** Tells what follows `place` until the reader leaves, is too slow, or may hear no more. The last event says why it ends. */
export async function tellEvents(
  { bus, clock, log, stopping }: TellDeps,
  request: EventStreamRequest,
  place: EventPlace,
  response: ServerResponse,
): Promise<void> {
  const leaving = new AbortController()
  const signal = AbortSignal.any([leaving.signal, stopping, request.signal])
  const beat = async () => void (response.writableNeedDrain || response.write(heartbeat(place)))
  const check = () => request.checkKey().catch(leaveIfRefused(leaving))
  const regularly = [every(clock, heartbeatMs, beat, log), every(clock, checkKeyMs, check, log)]
  for (const repetition of regularly) repetition.start()
  let why: unknown = serverStops()
  try {
    response.write(placeMessage(place))
    const { topics } = request
    for await (const event of bus.read({ topics, from: { after: place.positions() }, signal })) {
      place.advance(event.position)
      if (!isWanted(request, event)) continue
      if (!response.write(eventMessage(place, event))) await drained(response, signal, clock)
    }
  } catch (error) {
    why = error
    if (!signal.aborted && !(error instanceof OpsError)) log.warn({ err: error }, 'a stream of events broke')
  }
  const stopped = regularly.map((repetition) => repetition.stop())
  sayFarewell(response, signal.aborted ? signal.reason : why, clock, patienceMs)
  await Promise.all(stopped)
}

/** Ends a stream whose key is no longer good; not when nobody could tell. */
const leaveIfRefused = (leaving: AbortController) => (error: unknown) => {
  if (error instanceof OpsError && ['unauthenticated', 'permission_denied'].includes(error.code)) leaving.abort(error)
}

function isWanted({ types, principal }: EventStreamRequest, event: DeliveredEvent): boolean {
  return (types.length === 0 || types.includes(event.type)) && mayReadEvent(principal, event)
}

/** @throws OpsError resource_exhausted when the reader takes nothing for too long. */
async function drained(response: ServerResponse, signal: AbortSignal, clock: Clock): Promise<void> {
  const impatience = new AbortController()
  const timer = clock.after(patienceMs, () => impatience.abort(tooSlow(patienceMs / 1_000)))
  try {
    await once(response, 'drain', { signal: AbortSignal.any([signal, impatience.signal]) })
  } catch (error) {
    impatience.signal.throwIfAborted()
    throw error
  } finally {
    timer.cancel()
  }
}

/** Moves the reader's Last-Event-ID on, and nothing else. */
const placeMessage = (place: EventPlace): string => `id: ${place.id()}\n\n`

const heartbeat = (place: EventPlace): string => `: heartbeat\n${placeMessage(place)}`

const eventMessage = (place: EventPlace, event: DeliveredEvent): string =>
  `id: ${place.id()}\nevent: ${event.type}\ndata: ${JSON.stringify(toCloudEvent(event))}\n\n`
