import type { AuditEntry } from '@akashic/shared/audit'
import { sql, type Queryable } from '@akashic/shared/postgres'

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

export async function insert(tx: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.audit
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
}

/** Entries before `beforeSeq`, newest first; of one subject when it is not null. */
export async function readNewest(
  db: Queryable,
  beforeSeq: number,
  subject: string | null,
  limit: number,
): Promise<StoredAuditEntry[]> {
  const rows = await db.query<AuditRow>(sql`
    SELECT seq, id, at, actor_id, actor_name, actor_kind, action, subject, request_id, detail
      FROM status.audit
     WHERE seq < ${beforeSeq} AND ${subject === null ? sql`TRUE` : sql`subject = ${subject}`}
     ORDER BY seq DESC
     LIMIT ${limit}`)
  return rows.map((row) => ({
    seq: row.seq,
    id: row.id,
    at: row.at.toISOString(),
    service: 'status',
    actorId: row.actor_id,
    actorName: row.actor_name,
    actorKind: row.actor_kind,
    action: row.action,
    subject: row.subject,
    requestId: row.request_id,
    detail: row.detail,
  }))
}
