import { sql, type Queryable } from '@akashic/shared/postgres'
import { componentStatuses, type ComponentStatus } from '../status/component-status.ts'
import type { Correction } from './correction.ts'
import { dayName } from './days.ts'
import type { StatusTotals } from './totals.ts'

/** One component's whole day. Component 0 is the page. */
export interface RolledDay {
  readonly num: number
  readonly dayMs: number
  readonly totals: StatusTotals
}

type DayRow = { readonly num: number; readonly day: string } & Readonly<Record<`${ComponentStatus}_ms`, number>>

interface CorrectionRow {
  readonly id: string
  readonly seq: number
  readonly component_num: number
  readonly from_at: Date
  readonly to_at: Date
  readonly status: ComponentStatus
  readonly reason: string
  readonly author_id: string
  readonly author_name: string
  readonly created_at: Date
}

/** Rolled-up days of components, from the day that starts at `fromDayMs` on. */
export async function readDays(db: Queryable, nums: readonly number[], fromDayMs: number): Promise<RolledDay[]> {
  const rows = await db.query<DayRow>(sql`
    SELECT component_num AS num, day, operational_ms, degraded_ms, partial_outage_ms, outage_ms, maintenance_ms,
           unknown_ms
      FROM status.uptime_day
     WHERE component_num = ANY(${nums}::int[]) AND day >= ${dayName(fromDayMs)}::date`)
  return rows.map((row) => ({
    num: row.num,
    dayMs: Date.parse(row.day),
    totals: {
      operational: row.operational_ms,
      degraded: row.degraded_ms,
      partial_outage: row.partial_outage_ms,
      outage: row.outage_ms,
      maintenance: row.maintenance_ms,
      unknown: row.unknown_ms,
    },
  }))
}

export async function saveDays(tx: Queryable, days: readonly RolledDay[]): Promise<void> {
  const spent = componentStatuses.map((status) => sql`${days.map((day) => day.totals[status])}::int[]`)
  await tx.query(sql`
    INSERT INTO status.uptime_day
      (component_num, day, operational_ms, degraded_ms, partial_outage_ms, outage_ms, maintenance_ms, unknown_ms)
    SELECT *
      FROM unnest(
             ${days.map((day) => day.num)}::int[],
             ${days.map((day) => dayName(day.dayMs))}::date[],
             ${sql.join(spent)}
           )
    ON CONFLICT (component_num, day) DO NOTHING`)
}

/** Removes rolled-up days, of each component from the day that `from` names on; those of components are due again. */
export async function deleteDays(tx: Queryable, from: ReadonlyMap<number, string>): Promise<void> {
  await tx.query(sql`
    WITH dropped AS (
      DELETE FROM status.uptime_day AS d
       USING unnest(${[...from.keys()]}::int[], ${[...from.values()]}::date[]) AS f (num, day)
       WHERE d.component_num = f.num AND d.day >= f.day
      RETURNING d.component_num, d.day)
    INSERT INTO status.uptime_due (component_num, day)
    SELECT component_num, day
      FROM dropped
     WHERE component_num <> 0
    ON CONFLICT DO NOTHING`)
}

/** Lists days of `fromMs` to `toMs` (exclusive, both starts of days) as due that were not listed before, of components that
 *  lived on them. Days listed by a clock that was ahead are listed again. */
export async function listDays(tx: Queryable, fromMs: number, toMs: number): Promise<void> {
  const news = await tx.query(sql`
    SELECT until
      FROM status.uptime_listed
     WHERE until <> ${dayName(toMs)}::date
       FOR UPDATE`)
  if (news.length === 0) return
  await tx.query(sql`
    INSERT INTO status.uptime_due (component_num, day)
    SELECT c.num, d.day
      FROM status.component AS c
     CROSS JOIN status.uptime_listed AS l
     CROSS JOIN LATERAL (
             SELECT (at AT TIME ZONE 'UTC')::date AS day
               FROM generate_series(
                      greatest(
                        ${new Date(fromMs)}::timestamptz,
                        date_trunc('day', c.created_at, 'UTC'),
                        CASE WHEN l.until < ${dayName(toMs)}::date THEN l.until::timestamp AT TIME ZONE 'UTC' END),
                      least(${new Date(toMs)}::timestamptz, coalesce(c.deleted_at, 'infinity')) - interval '1 ms',
                      interval '24 hours') AS at) AS d
     WHERE NOT EXISTS (
             SELECT
               FROM status.uptime_day AS u
              WHERE u.component_num = c.num AND u.day = d.day)
    ON CONFLICT DO NOTHING`)
  await tx.query(sql`
    DELETE FROM status.uptime_due
     WHERE day < ${dayName(fromMs)}::date`)
  await tx.query(sql`
    UPDATE status.uptime_listed
       SET until = ${dayName(toMs)}::date`)
}

/** Due days before `toMs`. */
export async function readDueDays(
  db: Queryable,
  toMs: number,
  limit: number,
): Promise<{ num: number; dayMs: number }[]> {
  const rows = await db.query<{ num: number; day: string }>(sql`
    SELECT component_num AS num, day
      FROM status.uptime_due
     WHERE day < ${dayName(toMs)}::date
     ORDER BY component_num, day
     LIMIT ${limit}`)
  return rows.map((row) => ({ num: row.num, dayMs: Date.parse(row.day) }))
}

export async function removeDueDays(
  tx: Queryable,
  days: readonly { readonly num: number; readonly dayMs: number }[],
): Promise<void> {
  await tx.query(sql`
    DELETE FROM status.uptime_due AS d
     USING unnest(
             ${days.map((day) => day.num)}::int[],
             ${days.map((day) => dayName(day.dayMs))}::date[]) AS n (num, day)
     WHERE d.component_num = n.num AND d.day = n.day`)
}

export async function pruneDays(db: Queryable, beforeMs: number): Promise<void> {
  await db.query(sql`
    DELETE FROM status.uptime_day
     WHERE day < ${dayName(beforeMs)}::date`)
}

/** Corrections of components that reach past `fromMs`. */
export async function readCorrections(db: Queryable, nums: readonly number[], fromMs: number): Promise<Correction[]> {
  const rows = await db.query<CorrectionRow>(sql`
    SELECT id, seq, component_num, from_at, to_at, status, reason, author_id, author_name, created_at
      FROM status.correction
     WHERE component_num = ANY(${nums}::int[]) AND to_at > ${new Date(fromMs)}`)
  return rows.map(correctionOf)
}

/** Place of the newest correction in their order; 0 when there is none. */
export async function readNewestCorrection(db: Queryable): Promise<number> {
  const [row] = await db.query<{ seq: number }>(sql`
    SELECT coalesce(max(seq), 0) AS seq
      FROM status.correction`)
  return row!.seq
}

export async function insertCorrection(tx: Queryable, correction: Omit<Correction, 'seq'>): Promise<Correction> {
  const rows = await tx.query<CorrectionRow>(sql`
    INSERT INTO status.correction
      (id, component_num, from_at, to_at, status, reason, author_id, author_name, created_at)
    VALUES (${correction.id}, ${correction.num}, ${new Date(correction.fromMs)}, ${new Date(correction.toMs)},
            ${correction.status}, ${correction.reason}, ${correction.authorId}, ${correction.authorName},
            ${new Date(correction.createdAtMs)})
    RETURNING id, seq, component_num, from_at, to_at, status, reason, author_id, author_name, created_at`)
  return correctionOf(rows[0]!)
}

function correctionOf(row: CorrectionRow): Correction {
  return {
    id: row.id,
    seq: row.seq,
    num: row.component_num,
    fromMs: row.from_at.getTime(),
    toMs: row.to_at.getTime(),
    status: row.status,
    reason: row.reason,
    authorId: row.author_id,
    authorName: row.author_name,
    createdAtMs: row.created_at.getTime(),
  }
}
