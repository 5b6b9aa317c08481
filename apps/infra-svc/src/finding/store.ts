import { sql, type Queryable } from '@akashic/shared/postgres'
import type { GroupedFinding } from './group-findings.ts'
import { storable } from './storable.ts'

/** A finding with its life. Times are ms since 1970. */
export interface KeptFinding {
  readonly id: string
  readonly finding: GroupedFinding
  readonly state: 'open' | 'resolved'
  readonly firstSeenAt: Date
  readonly lastSeenAt: Date
  readonly resolvedAt: Date | null
  readonly mutedUntil: Date | null
  readonly mutedBy: string | null
  readonly muteReason: string | null
}

const columns = sql`
  id, finding, state, first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt", resolved_at AS "resolvedAt",
  muted_until AS "mutedUntil", muted_by AS "mutedBy", mute_reason AS "muteReason"`

/** Takes or keeps the lease to write the findings of a cluster, by the database's clock. */
export async function holdLease(db: Queryable, cluster: string, owner: string, leaseMs: number): Promise<boolean> {
  const held = await db.query(sql`
    INSERT INTO infra.cluster_lease AS l (cluster, owner, lease_until)
    VALUES (${cluster}, ${owner}, clock_timestamp() + ${leaseMs} * interval '1 ms')
    ON CONFLICT (cluster) DO UPDATE
      SET owner = EXCLUDED.owner, lease_until = EXCLUDED.lease_until
      WHERE l.owner = EXCLUDED.owner OR l.lease_until < clock_timestamp()
    RETURNING 1`)
  return held.length > 0
}

/** Keeps the lease with its owner until the transaction ends. @returns false where it has gone to another. */
export async function lockLease(tx: Queryable, cluster: string, owner: string): Promise<boolean> {
  const held = await tx.query(sql`
    SELECT 1 FROM infra.cluster_lease WHERE cluster = ${cluster} AND owner = ${owner} FOR UPDATE`)
  return held.length > 0
}

export async function lockOpen(tx: Queryable, cluster: string): Promise<readonly KeptFinding[]> {
  return tx.query<KeptFinding>(sql`
    SELECT ${columns} FROM infra.finding WHERE cluster = ${cluster} AND state = 'open' FOR UPDATE`)
}

/** Writes findings that are there now: new ones, those that came back, and those that say something else. */
export async function saveSeen(tx: Queryable, findings: readonly GroupedFinding[], at: Date): Promise<void> {
  if (findings.length === 0) return
  const rows = findings.map((finding) => ({
    ...{ id: finding.id, cluster: finding.cluster, namespace: finding.object.namespace },
    ...{ rule: finding.rule, severity: finding.severity, finding },
  }))
  await tx.query(sql`
    INSERT INTO infra.finding AS f (id, cluster, namespace, rule, severity, state, finding, first_seen_at, last_seen_at)
    SELECT id, cluster, namespace, rule, severity, 'open', finding, ${at}, ${at}
      FROM jsonb_to_recordset(${sql.json(storable(rows))}::jsonb)
           AS r (id text, cluster text, namespace text, rule text, severity text, finding jsonb)
    ON CONFLICT (id) DO UPDATE
      SET severity = EXCLUDED.severity, finding = EXCLUDED.finding, state = 'open', last_seen_at = EXCLUDED.last_seen_at,
          first_seen_at = CASE WHEN f.state = 'open' THEN f.first_seen_at ELSE EXCLUDED.first_seen_at END,
          resolved_at = NULL, version = f.version + 1`)
}

export async function saveResolved(tx: Queryable, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return
  await tx.query(sql`
    UPDATE infra.finding
       SET state = 'resolved', resolved_at = ${at}, version = version + 1
     WHERE id = ANY(${ids}::text[]) AND state = 'open'`)
}

export interface FindingQuery {
  /** Names of what is looked at now: what was found in others is not known to be so any more. Of components, those that may be
   *  seen. */
  readonly sources: readonly string[]
  /** Empty: all. */
  readonly cluster: string
  readonly namespace: string
  readonly severity: string
  readonly rule: string
  readonly state: 'open' | 'resolved'
  readonly includeMuted: boolean
  readonly now: Date
}

/** Worst first, then by id. @param after severity's rank and id of the last one of the page before. */
export async function listKept(
  db: Queryable,
  { sources, cluster, namespace, severity, rule, state, includeMuted, now }: FindingQuery,
  after: readonly [number, string] | null,
  limit: number,
): Promise<readonly KeptFinding[]> {
  const [rank, id] = after ?? [-1, '']
  return db.query<KeptFinding>(sql`
    SELECT ${columns} FROM (
      SELECT *, CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END AS rank FROM infra.finding
       WHERE state = ${state} AND (cluster = ANY(${[...sources]}::text[]) OR (state = 'resolved' AND NOT starts_with(cluster, 'component/')))
         AND (${cluster} = '' OR cluster = ${cluster}) AND (${namespace} = '' OR namespace = ${namespace})
         AND (${severity} = '' OR severity = ${severity}) AND (${rule} = '' OR rule = ${rule})
         AND (${includeMuted} OR muted_until IS NULL OR muted_until <= ${now})) AS f
     WHERE (rank, id) > (${rank}, ${id})
     ORDER BY rank, id
     LIMIT ${limit}`)
}

export async function saveMute(
  tx: Queryable,
  id: string,
  mute: { readonly until: Date | null; readonly by: string | null; readonly reason: string | null },
): Promise<KeptFinding | null> {
  const [row] = await tx.query<KeptFinding>(sql`
    UPDATE infra.finding
       SET muted_until = ${mute.until}, muted_by = ${mute.by}, mute_reason = ${mute.reason}, version = version + 1
     WHERE id = ${id}
    RETURNING ${columns}`)
  return row ?? null
}

/** What is wrong now with some sources, as it was last seen. */
export async function openFindings(db: Queryable, sources: readonly string[]): Promise<readonly GroupedFinding[]> {
  const rows = await db.query<{ readonly finding: GroupedFinding }>(sql`
    SELECT finding
      FROM infra.finding
     WHERE state = 'open' AND cluster = ANY (${[...sources]}::text[])
     ORDER BY id`)
  return rows.map(({ finding }) => finding)
}

export async function deleteResolved(db: Queryable, before: Date): Promise<void> {
  await db.query(sql`DELETE FROM infra.finding WHERE state = 'resolved' AND resolved_at < ${before}`)
}
