import { OpsError } from '@akashic/shared/errors'
import type { EventPosition } from '@akashic/shared/events'
import { z } from 'zod'

/** How far a reader has come, in every partition of its topics. */
export interface EventPlace {
  /** Moves on to `position`. */
  advance(position: EventPosition): void
  positions(): readonly EventPosition[]
  /** As the id of a server-sent event. */
  id(): string
}

export function createEventPlace(positions: readonly EventPosition[]): EventPlace {
  const offsets = new Map(positions.map((position) => [keyOf(position), position]))
  return {
    advance: (position) => void offsets.set(keyOf(position), position),
    positions: () => [...offsets.values()],
    id: () => {
      const parts = [...offsets.values()].map(({ topic, partition, offset }) => [topic, partition, offset])
      return Buffer.from(JSON.stringify(parts)).toString('base64url')
    },
  }
}

/** Where a reader begins: after positions, or with the first event since an instant. */
export type EventStart = { readonly after: readonly EventPosition[] } | { readonly timeMs: number }

const instant = z.iso.datetime({ offset: true })

/** What `since` asks for: an instant (RFC 3339), or an id of the stream.
 *  @throws OpsError invalid_argument when it is neither. */
export function readSince(text: string, topics: readonly string[]): EventStart {
  if (instant.safeParse(text).success) return { timeMs: Date.parse(text) }
  return placeIn(text, topics) ?? refuse('since is neither an instant, as 2026-11-23T19:37:00Z, nor')
}

/** @throws OpsError invalid_argument for an id that was never given, or of other topics. */
export function readLastEventId(id: string, topics: readonly string[]): EventStart {
  return placeIn(id, topics) ?? refuse('Last-Event-ID is not')
}

function refuse(soFar: string): never {
  throw new OpsError('invalid_argument', `${soFar} an id that this stream gave for these topics.`)
}

const place = z
  .array(z.tuple([z.string(), z.int().nonnegative(), z.string().regex(/^-?\d{1,19}$/)]))
  .min(1)
  .max(1_000)

function placeIn(id: string, topics: readonly string[]): EventStart | undefined {
  const parts = place.safeParse(parsed(id)).data
  if (!parts?.every(([topic]) => topics.includes(topic))) return undefined
  return { after: parts.map(([topic, partition, offset]) => ({ topic, partition, offset })) }
}

function parsed(id: string): unknown {
  try {
    return JSON.parse(Buffer.from(id, 'base64url').toString('utf8')) as unknown
  } catch {
    return null
  }
}

/** @throws OpsError out_of_range when the log ends before one of `positions`: it is not the log that they are of. */
export function requireWithin(positions: readonly EventPosition[], ends: readonly EventPosition[]): void {
  const endOf = new Map(ends.map((end) => [keyOf(end), BigInt(end.offset)]))
  const isWithin = positions.every((position) => BigInt(position.offset) <= (endOf.get(keyOf(position)) ?? -2n))
  if (isWithin) return
  const remedy = 'Begin without an id, or with since and an instant.'
  throw new OpsError(
    'out_of_range',
    `The events end before that id: they were lost, or it is of another server. ${remedy}`,
  )
}

const keyOf = ({ topic, partition }: EventPosition): string => `${partition} ${topic}`
