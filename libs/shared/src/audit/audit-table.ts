import { sql, type Queryable, type Sql } from '../postgres/index.ts'
import type { AuditEntry } from './index.ts'

export interface StoredAuditEntry extends AuditEntry {
  readonly seq: number
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
export interface AuditTable {
  insert(tx: Queryable, entries: readonly AuditEntry[]): Promise<void>
  /** Entries before `beforeSeq` that fit all of `conditions`, newest first. */
  readNewest(db: Queryable, beforeSeq: number, conditions: readonly Sql[], limit: number): Promise<StoredAuditEntry[]>
}

export function auditTable(schema: string): AuditTable {
  const table = sql.identifier(schema, 'audit')
  return {
    async insert(tx, entries) {
      await tx.query(sql`
        INSERT INTO ${table}
          (id, at, actor_id, actor_name, actor_kind, action, subject, request_id, detail)
        SELECT *
          FROM unnest(
                 ${entries.map((entry) => entry.id)}::uuid[],
                 ${entries.map((entry) => entry.at)}::timestamptz[],
                 ${entries.map((entry) => entry.actorId)}::text[],
                 ${entries.map((entry) => entry.actorName)}::text[],
                 ${entries.map((entry) => entry.actorKind)}::text[],
                 ${entries.map((entry) => entry.action)}::text[],
                 ${entries.map((entry) => entry.subject)}::text[],
                 ${entries.map((entry) => entry.requestId)}::text[],
                 ${entries.map((entry) => JSON.stringify(entry.detail))}::jsonb[]
               )`)
    },
    async readNewest(db, beforeSeq, conditions, limit) {
      const rows = await db.query<AuditRow>(sql`
        SELECT seq, id, at, actor_id, actor_name, actor_kind, action, subject, request_id, detail
          FROM ${table}
         WHERE ${sql.join([sql`seq < ${beforeSeq}`, ...conditions], ' AND ')}
         ORDER BY seq DESC
         LIMIT ${limit}`)
      return rows.map((row) => ({
        seq: row.seq,
        id: row.id,
        at: row.at.toISOString(),
        service: schema,
        actorId: row.actor_id,
        actorName: row.actor_name,
        actorKind: row.actor_kind,
        action: row.action,
        subject: row.subject,
        requestId: row.request_id,
        detail: row.detail,
      }))
    },
  }
}
