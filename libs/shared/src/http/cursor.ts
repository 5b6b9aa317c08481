import { z } from 'zod'
import { OpsError } from '../errors/index.ts'

/** The query of every list: `limit` (50, at most 200) and the `cursor` that the page before gave. */
export const listQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Entries at most, 1 to 200.'),
  cursor: z.string().max(2_048).default('').describe('`nextCursor` of the page before.'),
}

/** An instant in a cursor, in milliseconds since the epoch, until the year 9999. */
export const instantMs = z.int().min(0).max(253_402_300_799_999)

/** A page of a list: `nextCursor` is null on the last one. */
export const pageOf = <Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; nextCursor: z.ZodNullable<z.ZodString> }> =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** Text of a place in a list; opaque to callers. */
export const encodeCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url')

/** The place in a list that `cursor` names.
 *  @throws OpsError invalid_argument when no page of ours gave it. */
export function decodeCursor<Place>(schema: z.ZodType<Place>, cursor: string): Place {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (error) {
    throw new OpsError('invalid_argument', 'The cursor is not one that this server gave.', {
      fields: [{ pointer: '/query/cursor', detail: 'is not a cursor that this server gave' }],
      cause: error,
    })
  }
}
