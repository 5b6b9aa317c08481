import type { AuditEntry } from '@akashic/shared/audit'
import { sql } from '@akashic/shared/postgres'
import type { Queryable } from '@akashic/shared/postgres'

export interface AuditPlace {
  readonly atMs: number
  readonly id: string
}

interface AuditRow {
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

/** The audit of this service's own schema. */
export const auditStore = {
  /** Entries older than `before`, newest first; only those about `subject` when it is not empty. */
  async list(db: Queryable, limit: number, before: AuditPlace | null, subject: string): Promise<AuditEntry[]> {
    const rows = await db.query<AuditRow>(sql`
      SELECT id, at, actor_id, actor_name, actor_kind, action, subject, request_id, detail
        FROM platform.audit
       WHERE (${subject}::text = '' OR subject = ${subject})
         AND (${before?.id ?? null}::uuid IS NULL
              OR (at, id) < (${before ? new Date(before.atMs) : null}::timestamptz, ${before?.id ?? null}::uuid))
       ORDER BY at DESC, id DESC
       LIMIT ${limit}`)
    return rows.map(entryOf)
  },
}

function entryOf(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    service: 'platform',
    actorId: row.actor_id,
    actorName: row.actor_name,
    actorKind: row.actor_kind,
    action: row.action,
    subject: row.subject,
    requestId: row.request_id,
    detail: row.detail,
  }
}
