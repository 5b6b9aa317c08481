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

const known = z
  .array(z.tuple([z.string().max(249), z.int().nonnegative(), z.string().regex(/^-?\d{1,19}$/)]))
  .max(1_000)

/** The positions that `id` stands for, of those topics.
 *  @throws OpsError invalid_argument for an id that was never given, or of other topics. */
export function readPlace(id: string, topics: readonly string[]): readonly EventPosition[] {
  const parts = known.safeParse(parsed(id))
  const isOurs = parts.success && parts.data.length > 0 && parts.data.every(([topic]) => topics.includes(topic))
  if (!isOurs)
    throw new OpsError('invalid_argument', 'Last-Event-ID is not one that this stream gave for these topics.')
  return parts.data.map(([topic, partition, offset]) => ({ topic, partition, offset }))
}

function parsed(id: string): unknown {
  try {
    return JSON.parse(Buffer.from(id, 'base64url').toString('utf8')) as unknown
  } catch {
    return null
  }
}

const keyOf = ({ topic, partition }: EventPosition): string => `${partition} ${topic}`
