import { sql, type Queryable } from '@akashic/shared/postgres'
import type { AlertPlace } from './alert-of.ts'
import { subjectKey, type Finding, type FindingKind, type KeptFinding, type Subject } from './finding.ts'

/** True when this transaction alone, of all replicas, audits until it ends. */
export async function tryToBeAlone(tx: Queryable): Promise<boolean> {
  const [row] = await tx.query<{ is_alone: boolean }>(sql`
    SELECT pg_try_advisory_xact_lock(hashtextextended('akashic status.truth_audit', 0)) AS is_alone`)
  return row!.is_alone
}

/** When the last audit was; null before the first. */
export async function readAuditedAt(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ audited_at: Date | null }>(sql`SELECT audited_at FROM status.truth_audit`)
  return row!.audited_at?.getTime() ?? null
}

export async function saveAuditedAt(tx: Queryable, nowMs: number): Promise<void> {
  await tx.query(sql`UPDATE status.truth_audit SET audited_at = ${new Date(nowMs)}`)
}

/** How many findings of each kind are open. */
export async function countOpen(db: Queryable): Promise<ReadonlyMap<FindingKind, number>> {
  const rows = await db.query<{ kind: FindingKind; count: number }>(sql`
    SELECT kind, count(*)::int AS count
      FROM status.truth_finding
     WHERE closed_at IS NULL
     GROUP BY kind`)
  return new Map(rows.map(({ kind, count }) => [kind, count]))
}

/** A finding that is open, as far as closing it goes. */
export interface OpenFinding {
  readonly num: number
  readonly key: string
  readonly alert: AlertPlace
}

export async function readOpen(tx: Queryable): Promise<OpenFinding[]> {
  const rows = await tx.query<{ num: number; key: string; source: AlertPlace['source']; fingerprint: string }>(sql`
    SELECT num, kind || ' ' || subject AS key, alert_source AS source, alert_fingerprint AS fingerprint
      FROM status.truth_finding
     WHERE closed_at IS NULL
     ORDER BY num`)
  return rows.map(({ num, key, source, fingerprint }) => ({ num, key, alert: { source, fingerprint } }))
}

const numOf = (subject: Subject, kind: Exclude<Subject['kind'], 'replica'>): number | null =>
  subject.kind === kind ? subject.num : null

/** Writes a finding that is open from now on; one that is open already stays as it is. */
export async function open(
  tx: Queryable,
  id: string,
  { kind, subject, summary, sinceMs }: Finding,
  alert: AlertPlace,
  nowMs: number,
): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.truth_finding
      (id, kind, subject, component_num, incident_num, maintenance_num, replica_id, summary, since, opened_at,
       alert_source, alert_fingerprint)
    VALUES (${id}, ${kind}, ${subjectKey(subject)}, ${numOf(subject, 'component')}, ${numOf(subject, 'incident')},
            ${numOf(subject, 'maintenance')}, ${subject.kind === 'replica' ? subject.id : null}, ${summary},
            ${new Date(sinceMs)}, ${new Date(nowMs)}, ${alert.source}, ${alert.fingerprint})
        ON CONFLICT (kind, subject) WHERE closed_at IS NULL DO NOTHING`)
}

export async function close(tx: Queryable, nums: readonly number[], nowMs: number): Promise<void> {
  await tx.query(sql`
    UPDATE status.truth_finding
       SET closed_at = ${new Date(nowMs)}
     WHERE num = ANY(${nums}::bigint[]) AND closed_at IS NULL`)
}

/** What a list is of. */
export interface FindingFilter {
  /** Those that are not so any more, instead of those that are. */
  readonly onlyClosed: boolean
  readonly isRestrictedShown: boolean
  /** Only what concerns these components; null leaves nothing out. */
  readonly scope: readonly string[] | null
}

interface Row {
  readonly num: number
  readonly id: string
  readonly kind: FindingKind
  readonly component_id: string | null
  readonly incident_id: string | null
  readonly maintenance_id: string | null
  readonly replica_id: string | null
  readonly summary: string
  readonly since: Date
  readonly opened_at: Date
  readonly closed_at: Date | null
}

/** The newest `limit` findings before number `beforeNum`, newest first. */
export async function readPage(
  db: Queryable,
  { onlyClosed, isRestrictedShown, scope }: FindingFilter,
  beforeNum: number,
  limit: number,
): Promise<KeptFinding[]> {
  const conditions = [sql`f.num < ${beforeNum}`, sql`(f.closed_at IS NOT NULL) = ${onlyClosed}`]
  if (!isRestrictedShown) {
    conditions.push(sql`i.visibility IS DISTINCT FROM 'restricted' AND m.visibility IS DISTINCT FROM 'restricted'`)
  }
  if (scope !== null) {
    conditions.push(sql`
      EXISTS (SELECT
                FROM status.component AS s
                LEFT JOIN status.incident_component AS ic ON ic.component_num = s.num AND ic.incident_num = i.num
               WHERE s.id = ANY(${scope}::text[])
                 AND (s.num = f.component_num OR ic.incident_num IS NOT NULL OR s.num = ANY(m.component_nums)))`)
  }
  const rows = await db.query<Row>(sql`
    SELECT f.num, f.id, f.kind, c.id AS component_id, i.id AS incident_id, m.id AS maintenance_id, f.replica_id,
           f.summary, f.since, f.opened_at, f.closed_at
      FROM status.truth_finding AS f
      LEFT JOIN status.component AS c ON c.num = f.component_num
      LEFT JOIN status.incident AS i ON i.num = f.incident_num
      LEFT JOIN status.maintenance AS m ON m.num = f.maintenance_num
     WHERE ${sql.join(conditions, ' AND ')}
     ORDER BY f.num DESC
     LIMIT ${limit}`)
  return rows.map(findingOf)
}

function findingOf(row: Row): KeptFinding {
  const { component_id, incident_id, maintenance_id, replica_id } = row
  const ids = { component: component_id, incident: incident_id, maintenance: maintenance_id, replica: replica_id }
  const kind = (['component', 'incident', 'maintenance', 'replica'] as const).find((name) => ids[name] !== null)!
  return {
    num: row.num,
    id: row.id,
    kind: row.kind,
    subject: { kind, id: ids[kind]! },
    summary: row.summary,
    sinceMs: row.since.getTime(),
    openedAtMs: row.opened_at.getTime(),
    closedAtMs: row.closed_at?.getTime() ?? null,
  }
}

/** Removes what was closed before `beforeMs`, and replicas that were last heard before `unheardMs`. */
export async function prune(db: Queryable, beforeMs: number, unheardMs: number): Promise<void> {
  await db.query(sql`
    DELETE FROM status.truth_finding
     WHERE closed_at < ${new Date(beforeMs)}`)
  await db.query(sql`
    DELETE FROM status.shown_board
     WHERE said_at < ${new Date(unheardMs)}`)
}
