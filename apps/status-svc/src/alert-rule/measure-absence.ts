import { sql, type Queryable } from '@akashic/shared/postgres'
import { numsOf, type Reading, type Survey } from './reading.ts'

interface LastRow {
  readonly num: number
  readonly last_ms: number | null
}

/** For how many milliseconds nothing was measured of each component: since its last result, or since it was made. Results
 *  that measured nothing do not count. Null where there is no check. */
export async function measureSilence(db: Queryable, survey: Survey): Promise<Reading> {
  // The state of a check knows since when its results measured nothing: no need to read them.
  const rows = await db.query<LastRow>(sql`
    SELECT k.component_num AS num,
           max(CASE WHEN (s.state #>> '{unmeasured,count}')::int > 0
                    THEN (s.state #>> '{unmeasured,sinceMs}')::double precision
                    ELSE (s.state ->> 'lastAtMs')::double precision END) AS last_ms
      FROM status.check_key AS k
      JOIN status.check_state AS s ON s.check_num = k.num
     WHERE k.component_num = ANY(${numsOf(survey)}::int[])
     GROUP BY k.component_num`)
  const checked = survey.components.filter(({ spec }) => spec.checks.length > 0)
  return sinceLast({ ...survey, components: checked }, rows, survey.watchedSinceMs)
}

/** For how many milliseconds no event of the type came of each component. What came before anybody looked is not known, so
 *  that it is missed from then on at the earliest. */
export async function measureMissing(db: Queryable, type: string, survey: Survey): Promise<Reading> {
  const rows = await db.query<LastRow>(sql`
    SELECT component_num AS num, 1000 * date_part('epoch', max(at)) AS last_ms
      FROM status.rule_event
     WHERE type = ${type}
       AND component_num = ANY(${numsOf(survey)}::int[])
     GROUP BY component_num`)
  return sinceLast(survey, rows, survey.watchedSinceMs)
}

function sinceLast({ components, nowMs }: Survey, rows: readonly LastRow[], earliestMs: number): Reading {
  const lastMs = new Map(rows.map((row) => [row.num, row.last_ms ?? 0]))
  const silentMs = new Map(
    components.map(({ num, createdAtMs }) => [num, nowMs - Math.max(lastMs.get(num) ?? 0, createdAtMs, earliestMs)]),
  )
  return (num) => silentMs.get(num) ?? null
}
