import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Period } from './period.ts'

type Partitioned = 'check_result' | 'check_rollup_5m'

/** Makes the partition of `table` for `period`, unless it is there. */
export async function ensurePartition(db: Queryable, table: Partitioned, period: Period): Promise<void> {
  await db.query(sql`
    SELECT status.ensure_partition(
             ${table}, ${period.name}, ${new Date(period.fromMs).toISOString()}, ${new Date(period.toMs).toISOString()})`)
}

/** Names of the partitions of `table`, without the table's own name: `20260131`. */
export async function listPartitions(db: Queryable, table: Partitioned): Promise<string[]> {
  const rows = await db.query<{ name: string }>(sql`
    SELECT substr(child.relname, length(parent.relname) + 2) AS name
      FROM pg_inherits
      JOIN pg_class AS parent ON parent.oid = inhparent
      JOIN pg_class AS child ON child.oid = inhrelid
     WHERE parent.oid = to_regclass('status.' || ${table})
     ORDER BY name`)
  return rows.map((row) => row.name)
}

/** Drops one partition. Gives up after 2 s where somebody reads it: the next run tries again. */
export async function dropPartition(tx: Queryable, table: Partitioned, name: string): Promise<void> {
  await tx.query(sql`SET LOCAL lock_timeout = '2s'`)
  await tx.query(sql`DROP TABLE IF EXISTS ${sql.identifier('status', `${table}_${name}`)}`)
}

/** Notes that the five minutes that begin at `startsMs` have new results. The roll-up waits for this transaction. */
export async function markDue(tx: Queryable, step: '5m' | '1d', startsMs: readonly number[]): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.rollup_due (step, at)
    SELECT ${step}, to_timestamp(start_ms / 1000.0)
      FROM unnest(${startsMs}::double precision[]) AS start_ms
     ORDER BY 2
    ON CONFLICT DO NOTHING`)
  await tx.query(sql`
    SELECT 1
      FROM status.rollup_due
     WHERE step = ${step}
       AND at IN (SELECT to_timestamp(start_ms / 1000.0) FROM unnest(${startsMs}::double precision[]) AS start_ms)
     ORDER BY at
       FOR KEY SHARE`)
}

/** Starts of the stretches that are due and began by `latestMs`, oldest first. */
export async function listDue(db: Queryable, step: '5m' | '1d', latestMs: number, limit: number): Promise<number[]> {
  const rows = await db.query<{ at: Date }>(sql`
    SELECT at
      FROM status.rollup_due
     WHERE step = ${step}
       AND at <= ${new Date(latestMs)}
     ORDER BY at
     LIMIT ${limit}`)
  return rows.map((row) => row.at.getTime())
}

/** Takes one stretch off the list. @returns false when another replica did. */
export async function takeDue(tx: Queryable, step: '5m' | '1d', startMs: number): Promise<boolean> {
  const rows = await tx.query(sql`
    DELETE FROM status.rollup_due
     WHERE step = ${step}
       AND at = ${new Date(startMs)}
    RETURNING 1`)
  return rows.length > 0
}

const columns = sql`check_num, at, operational, degraded, partial_outage, outage, unmeasured,
      latency_count, latency_sum_ms, latency_max_ms`

const replaced = sql`
    ON CONFLICT (check_num, at) DO UPDATE
       SET operational = excluded.operational, degraded = excluded.degraded, partial_outage = excluded.partial_outage,
           outage = excluded.outage, unmeasured = excluded.unmeasured, latency_count = excluded.latency_count,
           latency_sum_ms = excluded.latency_sum_ms, latency_max_ms = excluded.latency_max_ms`

/** Rolls the results of [from, to) up into five minutes, over what was rolled up of them before. */
export async function rollUpResults(tx: Queryable, fromMs: number, toMs: number): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.check_rollup_5m (${columns})
    SELECT check_num, ${new Date(fromMs)}::timestamptz,
           count(*) FILTER (WHERE severity = 0), count(*) FILTER (WHERE severity = 1),
           count(*) FILTER (WHERE severity = 2), count(*) FILTER (WHERE severity = 3),
           count(*) FILTER (WHERE severity IS NULL),
           count(latency_ms) FILTER (WHERE severity <= 1),
           coalesce(sum(latency_ms::double precision) FILTER (WHERE severity <= 1), 0),
           max(latency_ms) FILTER (WHERE severity <= 1)
      FROM status.check_result
     WHERE at >= ${new Date(fromMs)}
       AND at < ${new Date(toMs)}
     GROUP BY check_num
    ${replaced}`)
}

/** Rolls five-minute roll-ups of [from, to) up into one row a check. */
export async function rollUpDay(tx: Queryable, fromMs: number, toMs: number): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.check_rollup_1d (${columns})
    SELECT check_num, ${new Date(fromMs)}::timestamptz,
           sum(operational), sum(degraded), sum(partial_outage), sum(outage), sum(unmeasured),
           sum(latency_count), sum(latency_sum_ms), max(latency_max_ms)
      FROM status.check_rollup_5m
     WHERE at >= ${new Date(fromMs)}
       AND at < ${new Date(toMs)}
     GROUP BY check_num
    ${replaced}`)
}

export async function deleteDaysBefore(db: Queryable, beforeMs: number): Promise<void> {
  await db.query(sql`
    DELETE FROM status.check_rollup_1d
     WHERE at < ${new Date(beforeMs)}`)
}

/** Response times of components in steps of five minutes, over all their checks, oldest first. */
export async function readResponseTimes(
  db: Queryable,
  componentNums: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<{ component_num: number; at: Date; mean_ms: number | null; max_ms: number | null }[]> {
  return db.query(sql`
    SELECT k.component_num, r.at,
           sum(r.latency_sum_ms) / nullif(sum(r.latency_count), 0) AS mean_ms,
           max(r.latency_max_ms)::double precision AS max_ms
      FROM status.check_key AS k
      JOIN status.check_rollup_5m AS r ON r.check_num = k.num
     WHERE k.component_num = ANY(${componentNums}::int[])
       AND r.at >= ${new Date(fromMs)}
       AND r.at < ${new Date(toMs)}
     GROUP BY k.component_num, r.at
     ORDER BY r.at`)
}
