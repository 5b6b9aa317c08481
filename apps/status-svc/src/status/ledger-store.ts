import { sql, type Queryable } from '@akashic/shared/postgres'
import type { ComponentStatus } from './component-status.ts'
import type { VerdictFailure } from './check-verdict.ts'

/** One interval of the ledger as recorded; `toMs` is null while it lasts. */
export interface LedgerInterval {
  readonly num: number
  readonly fromMs: number
  readonly toMs: number | null
  readonly status: ComponentStatus
  readonly isFlapping: boolean
  readonly failure: VerdictFailure | null
  /** Number of the component that caused it. */
  readonly causeNum: number | null
}

/** An interval with the id of the component that caused it. */
export interface ExplainedInterval extends LedgerInterval {
  readonly causedBy: string | null
}

/** A stretch of one component's time. */
export interface Span {
  readonly num: number
  readonly fromMs: number
  readonly toMs: number
}

interface IntervalRow {
  readonly num: number
  readonly from_at: Date
  readonly to_at: Date | null
  readonly status: ComponentStatus
  readonly is_flapping: boolean
  readonly failure: VerdictFailure | null
  readonly cause_num: number | null
}

interface ExplainedRow extends IntervalRow {
  readonly caused_by: string | null
}

/** Ends the ledger of each component at the given moment: the interval that lasts into it ends there, and those that begin
 *  no earlier are taken out. */
export async function closeOpen(tx: Queryable, ends: ReadonlyMap<number, number>): Promise<void> {
  const given = sql`
    unnest(${[...ends.keys()]}::int[], ${[...ends.values()].map((ms) => new Date(ms))}::timestamptz[]) AS e (num, at)`
  await tx.query(sql`
    DELETE FROM status.state_interval AS i
     USING ${given}
     WHERE i.component_num = e.num AND i.from_at >= e.at`)
  await tx.query(sql`
    UPDATE status.state_interval AS i
       SET to_at = e.at
      FROM ${given}
     CROSS JOIN LATERAL (
             SELECT from_at
               FROM status.state_interval
              WHERE component_num = e.num
              ORDER BY from_at DESC
              LIMIT 1) AS last
     WHERE i.component_num = e.num AND i.from_at = last.from_at AND coalesce(i.to_at, 'infinity') > e.at`)
}

export async function insertIntervals(tx: Queryable, intervals: readonly LedgerInterval[]): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.state_interval (component_num, from_at, to_at, status, is_flapping, failure, caused_by)
    SELECT *
      FROM unnest(
             ${intervals.map((interval) => interval.num)}::int[],
             ${intervals.map((interval) => new Date(interval.fromMs))}::timestamptz[],
             ${intervals.map((interval) => (interval.toMs === null ? null : new Date(interval.toMs)))}::timestamptz[],
             ${intervals.map((interval) => interval.status)}::text[],
             ${intervals.map((interval) => interval.isFlapping)}::boolean[],
             ${intervals.map((interval) => interval.failure && JSON.stringify(interval.failure))}::jsonb[],
             ${intervals.map((interval) => interval.causeNum)}::int[]
           )`)
}

/** Takes the intervals that overlap `fromMs` to `toMs` out of the ledger and returns them, oldest first. */
export async function takeOverlapping(
  tx: Queryable,
  nums: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<LedgerInterval[]> {
  const rows = await tx.query<IntervalRow>(sql`
    DELETE FROM status.state_interval
     WHERE component_num = ANY(${nums}::int[])
       AND from_at < ${new Date(toMs)}
       AND coalesce(to_at, 'infinity') > ${new Date(fromMs)}
    RETURNING component_num AS num, from_at, to_at, status, is_flapping, failure, caused_by AS cause_num`)
  return rows.map(intervalOf).sort((a, b) => a.fromMs - b.fromMs)
}

/** Names what caused the open interval of each component. */
export async function saveCauses(tx: Queryable, causes: ReadonlyMap<number, number>): Promise<void> {
  await tx.query(sql`
    UPDATE status.state_interval AS i
       SET caused_by = c.cause
      FROM unnest(${[...causes.keys()]}::int[], ${[...causes.values()]}::int[]) AS c (num, cause)
     WHERE i.component_num = c.num AND i.to_at IS NULL AND i.caused_by IS DISTINCT FROM c.cause`)
}

/** The intervals that overlap each span, whole, by span in the order given and then oldest first. */
export async function readSpans(db: Queryable, spans: readonly Span[]): Promise<ExplainedInterval[][]> {
  const rows = await db.query<ExplainedRow & { place: number }>(sql`
    SELECT s.place::int AS place, i.component_num AS num, i.from_at, i.to_at, i.status, i.is_flapping, i.failure,
           i.caused_by AS cause_num, cause.id AS caused_by
      FROM unnest(
             ${spans.map((span) => span.num)}::int[],
             ${spans.map((span) => new Date(span.fromMs))}::timestamptz[],
             ${spans.map((span) => new Date(span.toMs))}::timestamptz[]
           ) WITH ORDINALITY AS s (num, from_at, to_at, place)
     CROSS JOIN LATERAL (
             (SELECT *
                FROM status.state_interval
               WHERE component_num = s.num AND from_at <= s.from_at
               ORDER BY from_at DESC
               LIMIT 1)
             UNION ALL
             (SELECT *
                FROM status.state_interval
               WHERE component_num = s.num AND from_at > s.from_at AND from_at < s.to_at)
           ) AS i
      LEFT JOIN status.component AS cause ON cause.num = i.caused_by
     WHERE coalesce(i.to_at, 'infinity') > s.from_at
     ORDER BY s.place, i.from_at`)
  const bySpan: ExplainedInterval[][] = spans.map(() => [])
  for (const row of rows) bySpan[row.place - 1]!.push({ ...intervalOf(row), causedBy: row.caused_by })
  return bySpan
}

/** The newest `limit` intervals of a component that began before `beforeMs`, newest first. */
export async function readNewest(
  db: Queryable,
  num: number,
  beforeMs: number,
  limit: number,
): Promise<ExplainedInterval[]> {
  const rows = await db.query<ExplainedRow>(sql`
    SELECT i.component_num AS num, i.from_at, i.to_at, i.status, i.is_flapping, i.failure, i.caused_by AS cause_num,
           cause.id AS caused_by
      FROM status.state_interval AS i
      LEFT JOIN status.component AS cause ON cause.num = i.caused_by
     WHERE i.component_num = ${num} AND i.from_at < ${new Date(beforeMs)}
     ORDER BY i.from_at DESC
     LIMIT ${limit}`)
  return rows.map((row) => ({ ...intervalOf(row), causedBy: row.caused_by }))
}

function intervalOf(row: IntervalRow): LedgerInterval {
  return {
    num: row.num,
    fromMs: row.from_at.getTime(),
    toMs: row.to_at?.getTime() ?? null,
    status: row.status,
    isFlapping: row.is_flapping,
    failure: row.failure,
    causeNum: row.cause_num,
  }
}

/** Removes intervals that ended before `beforeMs`. */
export async function pruneIntervals(db: Queryable, beforeMs: number): Promise<void> {
  await db.query(sql`
    DELETE FROM status.state_interval
     WHERE to_at < ${new Date(beforeMs)}`)
}
