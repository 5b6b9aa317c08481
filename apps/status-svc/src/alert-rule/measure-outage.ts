import { sql, type Queryable } from '@akashic/shared/postgres'
import { readEffective } from '../uptime/load-records.ts'
import { totalsOf } from '../uptime/totals.ts'
import { uptimeWindow } from '../uptime/windows.ts'
import { numsOf, type Reading, type Survey } from './reading.ts'

/** The service level indicator of burn rates, over each of the windows: time in `outage` by known time, which is all but
 *  `unknown` and maintenance. It is what the uptime on the page leaves of 1, with the same corrections; null when nothing is
 *  known. A component that is younger than a window is judged by the time since it was made. */
export async function measureOutage(db: Queryable, windowsMs: readonly number[], survey: Survey): Promise<Reading> {
  const longestMs = Math.max(...windowsMs)
  const recorded = await readRatios(db, windowsMs, longestMs, survey)
  const corrected = await readCorrected(db, longestMs, survey)
  return (num, windowMs) => {
    const ratio = corrected.get(num)?.(windowMs)
    if (ratio !== undefined) return ratio
    const kept = recorded.get(num)?.get(windowMs)
    return kept === undefined ? 0 : kept
  }
}

/** Ratios by component and window as recorded. Of the many that were known and never out there are none: theirs is 0. */
async function readRatios(
  db: Queryable,
  windowsMs: readonly number[],
  longestMs: number,
  survey: Survey,
): Promise<ReadonlyMap<number, ReadonlyMap<number, number | null>>> {
  const { nowMs } = survey
  const now = new Date(nowMs)
  const rows = await db.query<{ num: number; window_ms: number; out_ms: number; known_ms: number }>(sql`
    WITH ledger AS (
      SELECT component_num AS num, status = 'outage' AS is_out,
             1000 * date_part('epoch', from_at) AS from_ms,
             1000 * date_part('epoch', least(coalesce(to_at, ${now}), ${now})) AS to_ms
        FROM status.state_interval
       WHERE (to_at IS NULL OR to_at > ${new Date(nowMs - longestMs)})
         AND from_at < ${now}
         AND component_num = ANY(${numsOf(survey)}::int[])
         AND status NOT IN ('unknown', 'maintenance'))
    SELECT n.num, w.window_ms,
           coalesce(sum(l.to_ms - greatest(l.from_ms, ${nowMs} - w.window_ms)) FILTER (WHERE l.is_out), 0) AS out_ms,
           coalesce(sum(l.to_ms - greatest(l.from_ms, ${nowMs} - w.window_ms)), 0) AS known_ms
      FROM unnest(${numsOf(survey)}::int[]) AS n (num)
     CROSS JOIN unnest(${windowsMs}::double precision[]) AS w (window_ms)
      LEFT JOIN ledger AS l ON l.num = n.num AND l.to_ms > ${nowMs} - w.window_ms
     GROUP BY n.num, w.window_ms
    HAVING coalesce(bool_or(l.is_out), true)`)
  return new Map(
    [...Map.groupBy(rows, ({ num }) => num)].map(([num, ratios]) => [
      num,
      new Map(ratios.map((row) => [row.window_ms, row.known_ms > 0 ? row.out_ms / row.known_ms : null])),
    ]),
  )
}

/** The ratios of the few components whose past was corrected. */
async function readCorrected(
  db: Queryable,
  longestMs: number,
  survey: Survey,
): Promise<ReadonlyMap<number, (windowMs: number) => number | null>> {
  const { nowMs } = survey
  const fromMs = nowMs - longestMs
  const rows = await db.query<{ num: number }>(sql`
    SELECT DISTINCT component_num AS num
      FROM status.correction
     WHERE component_num = ANY(${numsOf(survey)}::int[])
       AND to_at > ${new Date(fromMs)}`)
  const spans = rows.map(({ num }) => ({ num, fromMs, toMs: nowMs }))
  const intervals = await readEffective(db, spans, nowMs)
  return new Map(
    rows.map(({ num }) => [
      num,
      (windowMs: number) => {
        const { ratio } = uptimeWindow(totalsOf(intervals.get(num) ?? [], nowMs - windowMs, nowMs))
        return ratio === null ? null : 1 - ratio
      },
    ]),
  )
}
