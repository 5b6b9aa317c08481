import type { AuditEntry } from '@akashic/shared/audit'
import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { pageLimit } from '@akashic/shared/access'
import { readNewest } from './store.ts'

export interface ListedAuditEntry extends AuditEntry {
  /** Asks for what comes after this entry. */
  readonly cursor: string
}

export interface AuditPage {
  readonly entries: readonly ListedAuditEntry[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

/** The audit of this service, newest first; of one subject when `subject` is not empty. What is restricted is there for
 *  responders alone. */
export async function listAudit(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: { readonly limit: number; readonly cursor: string; readonly subject: string },
): Promise<AuditPage> {
  const limit = pageLimit(query.limit)
  const beforeSeq = query.cursor === '' ? Number.MAX_SAFE_INTEGER : decodeCursor(z.int(), query.cursor)
  const filter = { subject: query.subject || null, isRestrictedShown: roleIncludes(principal.role, 'responder') }
  const rows = await readNewest(db, beforeSeq, filter, limit + 1)
  const entries = rows.slice(0, limit).map((row) => ({ ...row, cursor: encodeCursor(row.seq) }))
  return { entries, nextCursor: rows.length > limit ? entries.at(-1)!.cursor : '' }
}
