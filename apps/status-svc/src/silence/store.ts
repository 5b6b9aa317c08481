import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Matcher, Silence } from './silence.ts'

interface Row {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly matchers: readonly Matcher[]
  readonly author: string
  readonly reason: string
  readonly created_at: Date
  readonly start_at: Date
  readonly end_at: Date
}

export async function insert(tx: Queryable, silence: Omit<Silence, 'num' | 'version'>): Promise<Silence> {
  const rows = await tx.query<Row>(sql`
    INSERT INTO status.silence (id, version, matchers, author, reason, created_at, start_at, end_at)
    VALUES (${silence.id}, 1, ${sql.json(silence.matchers)}, ${silence.author}, ${silence.reason},
            ${new Date(silence.createdAtMs)}, ${new Date(silence.startMs)}, ${new Date(silence.endMs)})
    RETURNING *`)
  return rows.map(silenceOf)[0]!
}

/** @returns undefined when there is none. */
export async function lock(tx: Queryable, id: string): Promise<Silence | undefined> {
  const rows = await tx.query<Row>(sql`
    SELECT *
      FROM status.silence
     WHERE id = ${id}
       FOR UPDATE`)
  return rows.map(silenceOf)[0]
}

/** Ends a silence at `nowMs`; one that has not begun never does. */
export async function end(tx: Queryable, num: number, nowMs: number): Promise<Silence> {
  const rows = await tx.query<Row>(sql`
    UPDATE status.silence
       SET end_at = ${new Date(nowMs)}, start_at = least(start_at, ${new Date(nowMs)}), version = version + 1
     WHERE num = ${num}
    RETURNING *`)
  return rows.map(silenceOf)[0]!
}

/** Silences that end after `afterMs`, oldest first. */
export async function readEndingAfter(db: Queryable, afterMs: number): Promise<Silence[]> {
  const rows = await db.query<Row>(sql`
    SELECT *
      FROM status.silence
     WHERE end_at > ${new Date(afterMs)}
     ORDER BY num`)
  return rows.map(silenceOf)
}

/** The newest `limit` silences before number `beforeNum`, newest first. */
export async function readPage(
  db: Queryable,
  endingAfterMs: number | null,
  beforeNum: number,
  limit: number,
): Promise<Silence[]> {
  const rows = await db.query<Row>(sql`
    SELECT *
      FROM status.silence
     WHERE num < ${beforeNum}
       ${endingAfterMs === null ? sql`` : sql`AND end_at > ${new Date(endingAfterMs)}`}
     ORDER BY num DESC
     LIMIT ${limit}`)
  return rows.map(silenceOf)
}

/** Removes what ended before `beforeMs`. */
export async function prune(db: Queryable, beforeMs: number): Promise<void> {
  await db.query(sql`
    DELETE FROM status.silence
     WHERE end_at < ${new Date(beforeMs)}`)
}

function silenceOf(row: Row): Silence {
  return {
    num: row.num,
    id: row.id,
    version: row.version,
    matchers: row.matchers,
    author: row.author,
    reason: row.reason,
    createdAtMs: row.created_at.getTime(),
    startMs: row.start_at.getTime(),
    endMs: row.end_at.getTime(),
  }
}
