import { auditTable, type AuditEntry } from '@akashic/shared/audit'
import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import { sql, type Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { pageLimit } from '@akashic/shared/access'

const audit = auditTable('ai_health')

export interface AuditPage {
  readonly entries: readonly (AuditEntry & { readonly cursor: string })[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

/** The audit of this service, newest first; of one subject when `subject` is not empty. */
export async function listAudit(
  { db }: { readonly db: Queryable },
  query: { readonly limit: number; readonly cursor: string; readonly subject: string },
): Promise<AuditPage> {
  const limit = pageLimit(query.limit)
  const beforeSeq = query.cursor === '' ? Number.MAX_SAFE_INTEGER : decodeCursor(z.int(), query.cursor)
  const conditions = query.subject === '' ? [] : [sql`subject = ${query.subject}`]
  const rows = await audit.readNewest(db, beforeSeq, conditions, limit + 1)
  const entries = rows.slice(0, limit).map((row) => ({ ...row, cursor: encodeCursor(row.seq) }))
  return { entries, nextCursor: rows.length > limit ? entries.at(-1)!.cursor : '' }
}
