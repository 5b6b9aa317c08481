import { decodeCursor, encodeCursor, instantMs } from '@akashic/shared/http'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { pageLimit } from '@akashic/shared/access'
import type { ActionItem } from './action-item.ts'
import { readItems } from './store.ts'

export interface ActionItemPage {
  readonly items: readonly ActionItem[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

const place = z.strictObject({
  isDone: z.boolean(),
  dueAtMs: instantMs,
  seq: z.int32().nonnegative(),
})

/** What is to be done after incidents, of all that `principal` may know of: open items first, then by due date. */
export async function listActionItems(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: { readonly limit: number; readonly cursor: string; readonly includeDone: boolean },
): Promise<ActionItemPage> {
  const limit = pageLimit(query.limit)
  const filter = {
    includeDone: query.includeDone,
    isRestrictedShown: roleIncludes(principal.role, 'responder'),
    scope: principal.scope ?? null,
  }
  const after = query.cursor === '' ? null : decodeCursor(place, query.cursor)
  const found = await readItems(db, filter, after, limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  if (found.length <= limit || !last) return { items, nextCursor: '' }
  const { doneAtMs, dueAtMs, seq } = last
  return { items, nextCursor: encodeCursor({ isDone: doneAtMs !== null, dueAtMs, seq }) }
}
