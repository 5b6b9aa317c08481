import { sql, type Queryable } from '@akashic/shared/postgres'
import { numsOf, readingOf, type Reading, type Survey } from './reading.ts'

/** How many events of one type each component had within the window. */
export async function measureEvents(db: Queryable, type: string, windowMs: number, survey: Survey): Promise<Reading> {
  const { nowMs } = survey
  const rows = await db.query<{ num: number; value: number }>(sql`
    SELECT component_num AS num, count(*) AS value
      FROM status.rule_event
     WHERE type = ${type}
       AND component_num = ANY(${numsOf(survey)}::int[])
       AND at > ${new Date(nowMs - windowMs)}
       AND at <= ${new Date(nowMs)}
     GROUP BY component_num`)
  return readingOf(rows, 0)
}
