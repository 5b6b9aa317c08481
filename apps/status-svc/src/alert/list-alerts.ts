import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { pageLimit } from '@akashic/shared/access'
import type { Alert, AlertStatus } from './alert.ts'
import { readPage } from './store.ts'

export interface AlertPage {
  readonly alerts: readonly Alert[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

/** The alerts that `principal` may know of, newest first. What is empty or null leaves nothing out. */
export async function listAlerts(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: {
    readonly limit: number
    readonly cursor: string
    readonly status: AlertStatus | null
    readonly source: string
    readonly componentId: string
  },
): Promise<AlertPage> {
  const limit = pageLimit(query.limit)
  const filter = {
    status: query.status,
    source: query.source || null,
    componentId: query.componentId || null,
    isRestrictedShown: roleIncludes(principal.role, 'responder'),
    scope: principal.scope ?? null,
  }
  const beforeNum = query.cursor === '' ? Number.MAX_SAFE_INTEGER : decodeCursor(z.int(), query.cursor)
  const found = await readPage(db, filter, beforeNum, limit + 1)
  const alerts = found.slice(0, limit)
  return { alerts, nextCursor: found.length > limit ? encodeCursor(alerts.at(-1)!.num) : '' }
}
