import { decodeCursor, encodeCursor, instantMs } from '@akashic/shared/http'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { pageLimit } from '@akashic/shared/access'
import type { IncidentVisibility } from '../incident/incident.ts'
import type { Maintenance, MaintenanceStatus } from './maintenance.ts'
import { readPage } from './store.ts'

const place = z.tuple([instantMs, z.int32().nonnegative()])

/** The maintenances that `principal` may know of, by start, latest first. With `onlyPublic`, what the public may read:
 *  no internal components, no authors. */
export async function listMaintenances(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: {
    readonly limit: number
    readonly cursor: string
    readonly statuses: readonly MaintenanceStatus[]
    readonly onlyPublic: boolean
  },
): Promise<{ readonly maintenances: readonly Maintenance[]; readonly nextCursor: string }> {
  const limit = pageLimit(query.limit)
  const filter = {
    statuses: query.statuses,
    visibilities: visibilities(principal, query.onlyPublic),
    scope: principal.scope ?? null,
  }
  const from = query.cursor === '' ? null : decodeCursor(place, query.cursor)
  const found = await readPage(db, filter, from, limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return {
    maintenances: query.onlyPublic ? items.map(publicView) : items,
    nextCursor: last && found.length > limit ? encodeCursor([last.scheduledForMs, last.num]) : '',
  }
}

function visibilities(principal: Principal, onlyPublic: boolean): IncidentVisibility[] {
  if (onlyPublic) return ['public']
  return roleIncludes(principal.role, 'responder') ? ['public', 'internal', 'restricted'] : ['public', 'internal']
}

function publicView(maintenance: Maintenance): Maintenance {
  return {
    ...maintenance,
    components: maintenance.components.filter(({ isPublic }) => isPublic),
    updates: maintenance.updates.map((update) => ({ ...update, author: '' })),
  }
}
