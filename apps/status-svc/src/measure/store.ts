import { sql, type Queryable } from '@akashic/shared/postgres'

/** What runs of a component's checks say together. */
export interface MeasuredRuns {
  readonly runs: number
  /** Those that said anything of the component. */
  readonly measured: number
  readonly failed: number
  /** Those whose response time is known, ms; of each the nearest rank, no mean of two. */
  readonly timed: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly meanMs: number | null
  readonly maxMs: number | null
}

const outage = 3

/** Of every run of [from, to), also of those that failed after an answer: by the component's number. */
export async function measureComponents(
  db: Queryable,
  componentNums: readonly number[],
  from: Date,
  to: Date,
): Promise<ReadonlyMap<number, MeasuredRuns>> {
  const rows = await db.query<MeasuredRuns & { readonly num: number }>(sql`
    WITH run AS (
      SELECT k.component_num AS num, r.severity, CASE WHEN r.severity IS NOT NULL THEN r.latency_ms END AS ms
        FROM status.check_result AS r
        JOIN status.check_key AS k ON k.num = r.check_num
       WHERE k.component_num = ANY(${componentNums}::int[])
         AND r.at >= ${from}
         AND r.at < ${to})
    SELECT num, count(*)::int AS runs, count(severity)::int AS measured,
           count(*) FILTER (WHERE severity = ${outage})::int AS failed, count(ms)::int AS timed,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY ms)::float8 AS "p50Ms",
           percentile_disc(0.95) WITHIN GROUP (ORDER BY ms)::float8 AS "p95Ms",
           percentile_disc(0.99) WITHIN GROUP (ORDER BY ms)::float8 AS "p99Ms",
           avg(ms)::float8 AS "meanMs", max(ms)::float8 AS "maxMs"
      FROM run
     GROUP BY num`)
  return new Map(rows.map(({ num, ...measured }) => [num, measured]))
}
