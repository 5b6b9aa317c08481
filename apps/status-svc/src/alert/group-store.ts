import { sql, type Queryable } from '@akashic/shared/postgres'
import type { AlertSeverity, Labels } from './alert.ts'

/** An alert group as it was told of. */
export interface StoredGroup {
  readonly num: number
  readonly id: string
  readonly key: string
  readonly labels: Labels
  readonly title: string
  readonly severity: AlertSeverity
  readonly firing: number
  readonly most: number
  readonly openedAtMs: number
}

interface Row extends Omit<StoredGroup, 'openedAtMs'> {
  readonly opened_at: Date
}

/** Locks the groups that are open: one replica at a time tells of them.
 *  @returns undefined while another one does. */
export async function lockOpen(tx: Queryable): Promise<StoredGroup[] | undefined> {
  const [lock] = await tx.query<{ is_ours: boolean }>(sql`
    SELECT pg_try_advisory_xact_lock(hashtext('status.alert_group')) AS is_ours`)
  if (!lock!.is_ours) return undefined
  const rows = await tx.query<Row>(sql`
    SELECT *
      FROM status.alert_group
     WHERE closed_at IS NULL
     ORDER BY num`)
  return rows.map(({ opened_at, ...row }) => ({ ...row, openedAtMs: opened_at.getTime() }))
}

export async function insert(tx: Queryable, group: Omit<StoredGroup, 'num' | 'most'>): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.alert_group (id, labels, key, title, severity, firing, most, opened_at)
    VALUES (${group.id}, ${sql.json(group.labels)}, ${group.key}, ${group.title}, ${group.severity}, ${group.firing},
            ${group.firing}, ${new Date(group.openedAtMs)})`)
}

export async function save(
  tx: Queryable,
  num: number,
  { severity, firing }: Pick<StoredGroup, 'severity' | 'firing'>,
): Promise<void> {
  await tx.query(sql`
    UPDATE status.alert_group
       SET severity = ${severity}, firing = ${firing}, most = greatest(most, ${firing})
     WHERE num = ${num}`)
}

export async function close(tx: Queryable, num: number, nowMs: number): Promise<void> {
  await tx.query(sql`
    UPDATE status.alert_group
       SET firing = 0, closed_at = ${new Date(nowMs)}
     WHERE num = ${num}`)
}

/** Removes what was closed before `beforeMs`. */
export async function prune(db: Queryable, beforeMs: number): Promise<void> {
  await db.query(sql`
    DELETE FROM status.alert_group
     WHERE closed_at < ${new Date(beforeMs)}`)
}
