import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import type { Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { pageLimit } from '@akashic/shared/access'
import { readIncident } from '../incident/claim-incident.ts'
import type { TimelineEntry } from './entry.ts'
import { readAfter } from './store.ts'

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

/** What happened to an incident, oldest first.
 *  @throws OpsError not_found. */
export async function listTimeline(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: { readonly id: string; readonly limit: number; readonly cursor: string },
): Promise<TimelinePage> {
  const { num } = await readIncident(db, principal, query.id)
  const limit = pageLimit(query.limit)
  const afterSeq = query.cursor === '' ? 0 : decodeCursor(z.int32().nonnegative(), query.cursor)
  const found = await readAfter(db, num, afterSeq, limit + 1)
  const entries = found.slice(0, limit)
  return { entries, nextCursor: found.length > limit ? encodeCursor(entries.at(-1)!.seq) : '' }
}
