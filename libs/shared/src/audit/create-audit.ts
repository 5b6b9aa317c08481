import { z } from 'zod'
import { pageLimit } from '../access/index.ts'
import { decodeCursor, encodeCursor } from '../http/index.ts'
import { uuidv7 } from '../ids/index.ts'
import { sql, type Queryable, type Sql, type Transaction } from '../postgres/index.ts'
import type { Actor, AuditEntry } from './index.ts'

/** What was done to one thing. */
export interface AuditedAct {
  /** As `noun.verb`. */
  readonly action: string
  readonly subject: string
  /** The reason given and what changed. Never a secret. */
  readonly detail: Readonly<Record<string, unknown>>
}

export interface ListedAuditEntry extends AuditEntry {
  /** Asks for what comes after this entry. */
  readonly cursor: string
}

export interface AuditPage {
  readonly entries: readonly ListedAuditEntry[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

export interface Audit {
  /** Writes what `actor` did, in the transaction that does it. */
  readonly add: (tx: Transaction, nowMs: number, actor: Actor, acts: readonly AuditedAct[]) => Promise<void>
  /** Newest first, those that fit all of `conditions`; of one subject when `subject` is not empty. */
  readonly list: (db: Queryable, query: AuditQuery, conditions?: readonly Sql[]) => Promise<AuditPage>
}

export interface AuditQuery {
  readonly limit: number
  readonly cursor: string
  readonly subject: string
}

interface AuditRow {
  readonly seq: number
  readonly id: string
  readonly at: Date
  readonly actor_id: string
  readonly actor_name: string
  readonly actor_kind: 'person' | 'service'
  readonly action: string
  readonly subject: string
  readonly request_id: string | null
  readonly detail: Record<string, unknown>
}

/** The audit of a service: the table `<schema>.audit`, which its migrations make. */
export function createAudit(schema: string): Audit {
  const table = sql.identifier(schema, 'audit')
  return {
    add: async (tx, nowMs, { principal, requestId }, acts) => {
      await tx.query(sql`
        INSERT INTO ${table} (id, at, actor_id, actor_name, actor_kind, action, subject, request_id, detail)
        SELECT id, ${new Date(nowMs)}, ${principal.id}, ${principal.name}, ${principal.kind}, action, subject,
               ${requestId}, detail
          FROM unnest(
                 ${acts.map(() => uuidv7(nowMs))}::uuid[],
                 ${acts.map(({ action }) => action)}::text[],
                 ${acts.map(({ subject }) => subject)}::text[],
                 ${acts.map(({ detail }) => JSON.stringify(detail))}::jsonb[]
               ) AS act (id, action, subject, detail)`)
    },
    list: async (db, query, conditions = []) => {
      const limit = pageLimit(query.limit)
      const beforeSeq = query.cursor === '' ? Number.MAX_SAFE_INTEGER : decodeCursor(z.int(), query.cursor)
      const ofSubject = query.subject === '' ? [] : [sql`subject = ${query.subject}`]
      const rows = await db.query<AuditRow>(sql`
        SELECT seq, id, at, actor_id, actor_name, actor_kind, action, subject, request_id, detail
          FROM ${table}
         WHERE ${sql.join([sql`seq < ${beforeSeq}`, ...ofSubject, ...conditions], ' AND ')}
         ORDER BY seq DESC
         LIMIT ${limit + 1}`)
      const entries = rows.slice(0, limit).map((row) => entryOf(schema, row))
      return { entries, nextCursor: rows.length > limit ? entries.at(-1)!.cursor : '' }
    },
  }
}

function entryOf(service: string, row: AuditRow): ListedAuditEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    service,
    actorId: row.actor_id,
    actorName: row.actor_name,
    actorKind: row.actor_kind,
    action: row.action,
    subject: row.subject,
    requestId: row.request_id,
    detail: row.detail,
    cursor: encodeCursor(row.seq),
  }
}
