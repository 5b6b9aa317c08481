import { sql, type Queryable, type Sql } from '@akashic/shared/postgres'
import { numsOf, readingOf, type Reading, type Survey } from './reading.ts'

type Metric = 'response_time_p95' | 'response_time_max' | 'failure_ratio'
interface Row {
  readonly num: number
  readonly value: number | null
}

const fiveMinutesMs = 300_000
const longestRawMs = 1_800_000
const outage = 3

/** What the runs of all checks of each component say over one window. Response times are of every run that was measured,
 *  also of those that failed after an answer; the ratio is outages by measured runs, null when none was measured. */
export async function measureRuns(db: Queryable, metric: Metric, windowMs: number, survey: Survey): Promise<Reading> {
  if (metric === 'failure_ratio') return measureFailures(db, windowMs, survey)
  const value =
    metric === 'response_time_p95'
      ? sql`percentile_cont(0.95) WITHIN GROUP (ORDER BY r.latency_ms)`
      : sql`max(r.latency_ms)::double precision`
  const rows = await db.query<Row>(sql`
    SELECT k.component_num AS num, ${value} AS value
      FROM status.check_result AS r
      JOIN status.check_key AS k ON k.num = r.check_num
     WHERE ${within(survey, survey.nowMs - windowMs)}
       AND r.severity IS NOT NULL
       AND r.latency_ms IS NOT NULL
     GROUP BY k.component_num`)
  return readingOf(rows, null)
}

/** Of a long window, roll-ups as far as all results are in them, and results from there on. The window begins with the five
 *  minutes in which it begins, so that it is up to five minutes longer. */
async function measureFailures(db: Queryable, windowMs: number, survey: Survey): Promise<Reading> {
  const { nowMs } = survey
  const fromMs = nowMs - windowMs
  if (windowMs <= longestRawMs) return ratios(db, countedRaw(survey, fromMs))
  const rolledFromMs = startOfFive(fromMs)
  const rolledToMs = await rolledUpTo(db, rolledFromMs, startOfFive(nowMs))
  const rolled = sql`
    SELECT k.component_num AS num, r.outage AS failed,
           r.operational + r.degraded + r.partial_outage + r.outage AS measured
      FROM status.check_key AS k
      JOIN status.check_rollup_5m AS r ON r.check_num = k.num
     WHERE k.component_num = ANY(${numsOf(survey)}::int[])
       AND r.at >= ${new Date(rolledFromMs)}
       AND r.at < ${new Date(rolledToMs)}`
  return ratios(db, sql`${rolled} UNION ALL ${countedRaw(survey, rolledToMs - 1)}`)
}

/** Start of the first five minutes whose results are not all rolled up; `latestMs` at the latest. */
async function rolledUpTo(db: Queryable, fromMs: number, latestMs: number): Promise<number> {
  const [row] = await db.query<{ at: Date | null }>(sql`
    SELECT min(at) AS at
      FROM status.rollup_due
     WHERE step = '5m' AND at >= ${new Date(fromMs)}`)
  return Math.min(row!.at?.getTime() ?? latestMs, latestMs)
}

async function ratios(db: Queryable, counted: Sql): Promise<Reading> {
  const rows = await db.query<Row>(sql`
    SELECT num, sum(failed)::double precision / nullif(sum(measured), 0)::double precision AS value
      FROM (${counted}) AS c
     GROUP BY num`)
  return readingOf(rows, null)
}

const countedRaw = (survey: Survey, afterMs: number): Sql => sql`
    SELECT k.component_num AS num, count(*) FILTER (WHERE r.severity = ${outage}) AS failed, count(r.severity) AS measured
      FROM status.check_result AS r
      JOIN status.check_key AS k ON k.num = r.check_num
     WHERE ${within(survey, afterMs)}
     GROUP BY k.component_num`

/** Results after `afterMs` of the surveyed components. */
const within = (survey: Survey, afterMs: number): Sql => sql`
           k.component_num = ANY(${numsOf(survey)}::int[])
       AND r.at > ${new Date(afterMs)}
       AND r.at <= ${new Date(survey.nowMs)}`

const startOfFive = (ms: number): number => Math.floor(ms / fiveMinutesMs) * fiveMinutesMs
