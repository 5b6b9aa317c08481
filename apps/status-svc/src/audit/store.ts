import { auditTable, type AuditEntry, type StoredAuditEntry } from '@akashic/shared/audit'
import { sql, type Queryable } from '@akashic/shared/postgres'

const audit = auditTable('status')

export const insert = (tx: Queryable, entries: readonly AuditEntry[]): Promise<void> => audit.insert(tx, entries)

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
  const conditions = [
    ...(filter.subject === null ? [] : [sql`subject = ${filter.subject}`]),
    ...(filter.isRestrictedShown ? [] : [sql`subject NOT IN (${restrictedSubjects})`]),
  ]
  return audit.readNewest(db, beforeSeq, conditions, limit)
}
