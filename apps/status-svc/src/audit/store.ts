import type { AuditEntry } from '@akashic/shared/audit'
import { sql, type Queryable, type Sql } from '@akashic/shared/postgres'

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

/** Restricted incidents and maintenances, and alerts of such incidents. */
const restrictedSubjects = sql`
  SELECT id::text FROM status.incident WHERE visibility = 'restricted'
   UNION ALL
  SELECT a.id::text FROM status.alert AS a JOIN status.incident AS i ON i.num = a.incident_num
   WHERE i.visibility = 'restricted'
   UNION ALL
  SELECT id::text FROM status.maintenance WHERE visibility = 'restricted'`

/** Entries before `beforeSeq`, newest first; of one subject when it is not null, and of nothing that is restricted unless asked
 *  for. */
export async function readNewest(
  db: Queryable,
  beforeSeq: number,
  filter: { readonly subject: string | null; readonly isRestrictedShown: boolean },
  limit: number,
): Promise<StoredAuditEntry[]> {
  const conditions: Sql[] = [sql`seq < ${beforeSeq}`]
  if (filter.subject !== null) conditions.push(sql`subject = ${filter.subject}`)
  if (!filter.isRestrictedShown) conditions.push(sql`subject NOT IN (${restrictedSubjects})`)
  const rows = await db.query<AuditRow>(sql`
    SELECT seq, id, at, actor_id, actor_name, actor_kind, action, subject, request_id, detail
      FROM status.audit
     WHERE ${sql.join(conditions, ' AND ')}
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
