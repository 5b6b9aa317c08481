import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { pageLimit } from '@akashic/shared/access'
import type { IncidentStatus, IncidentSummary, Severity } from './incident.ts'
import { readPage } from './store.ts'

export interface IncidentPage {
  readonly incidents: readonly IncidentSummary[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

/** Number after every incident's. */
const newest = 2_147_483_647

/** Where a page of incidents begins. */
export const placeOf = (cursor: string): number =>
  cursor === '' ? newest : decodeCursor(z.int32().nonnegative(), cursor)

/** The first `limit` of `found`, and the cursor of what comes after. */
export function pageOf<Item extends { readonly num: number }>(found: readonly Item[], limit: number) {
  const items = found.slice(0, limit)
  return { items, nextCursor: found.length > limit ? encodeCursor(items.at(-1)!.num) : '' }
}

/** The incidents that `principal` may know of, newest first. Empty lists leave nothing out. */
export async function listIncidents(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: {
    readonly limit: number
    readonly cursor: string
    readonly statuses: readonly IncidentStatus[]
    readonly severities: readonly Severity[]
    readonly componentId: string
  },
): Promise<IncidentPage> {
  const limit = pageLimit(query.limit)
  const filter = {
    statuses: query.statuses,
    severities: query.severities,
    componentId: query.componentId || null,
    isRestrictedShown: roleIncludes(principal.role, 'responder'),
    scope: principal.scope ?? null,
  }
  const { items, nextCursor } = pageOf(await readPage(db, filter, placeOf(query.cursor), limit + 1), limit)
  return { incidents: items, nextCursor }
}
