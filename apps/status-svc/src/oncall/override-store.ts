import { sql, type Queryable } from '@akashic/shared/postgres'
import type { StoredOverride } from './override.ts'

interface Row {
  readonly num: number
  readonly id: string
  readonly schedule: string
  readonly person: string
  readonly start_at: Date
  readonly end_at: Date
  readonly author: string
  readonly reason: string
  readonly created_at: Date
}

export async function insert(tx: Queryable, override: Omit<StoredOverride, 'num'>): Promise<StoredOverride> {
  const rows = await tx.query<Row>(sql`
    INSERT INTO status.on_call_override (id, schedule, person, start_at, end_at, author, reason, created_at)
    VALUES (${override.id}, ${override.schedule}, ${override.personId}, ${new Date(override.startMs)},
            ${new Date(override.endMs)}, ${override.author}, ${override.reason}, ${new Date(override.createdAtMs)})
    RETURNING *`)
  return rows.map(overrideOf)[0]!
}

/** Overrides of a schedule (all: null) that count and reach into the time from `fromMs` until before `toMs`. */
export async function readBetween(
  db: Queryable,
  schedule: string | null,
  fromMs: number,
  toMs: number,
): Promise<StoredOverride[]> {
  const rows = await db.query<Row>(sql`
    SELECT *
      FROM status.on_call_override
     WHERE cancelled_at IS NULL AND end_at > ${new Date(fromMs)} AND start_at < ${new Date(toMs)}
       ${schedule === null ? sql`` : sql`AND schedule = ${schedule}`}
     ORDER BY num`)
  return rows.map(overrideOf)
}

/** Takes an override back.
 *  @returns undefined when there is none that counts. */
export async function cancel(tx: Queryable, id: string, nowMs: number): Promise<StoredOverride | undefined> {
  const rows = await tx.query<Row>(sql`
    UPDATE status.on_call_override
       SET cancelled_at = ${new Date(nowMs)}
     WHERE id = ${id} AND cancelled_at IS NULL
    RETURNING *`)
  return rows.map(overrideOf)[0]
}

function overrideOf(row: Row): StoredOverride {
  return {
    num: row.num,
    id: row.id,
    schedule: row.schedule,
    personId: row.person,
    startMs: row.start_at.getTime(),
    endMs: row.end_at.getTime(),
    author: row.author,
    reason: row.reason,
    createdAtMs: row.created_at.getTime(),
  }
}
