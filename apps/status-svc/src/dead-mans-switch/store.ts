import { sql, type Queryable } from '@akashic/shared/postgres'

/** Begins the next round, unless one began after `afterMs`.
 *  @returns its number; undefined when it is too early. */
export async function beginRound(tx: Queryable, nowMs: number, afterMs: number): Promise<number | undefined> {
  const [row] = await tx.query<{ round: number }>(sql`
    UPDATE status.pulse
       SET round = round + 1, begun_at = ${new Date(nowMs)}
     WHERE begun_at <= ${new Date(afterMs)} OR begun_at > ${new Date(nowMs)}
    RETURNING round`)
  return row?.round
}

/** Notes that a round came through; of several at once, one is first.
 *  @returns false when it, or a later one, did before. */
export async function noteSignal(db: Queryable, round: number, nowMs: number): Promise<boolean> {
  const rows = await db.query(sql`
    UPDATE status.pulse
       SET signalled_round = ${round}, signalled_at = ${new Date(nowMs)}
     WHERE signalled_round < ${round}
    RETURNING round`)
  return rows.length > 0
}

/** When a check had a result last; null when none had one since `sinceMs`. */
export async function readLastResult(db: Queryable, sinceMs: number): Promise<number | null> {
  const [row] = await db.query<{ at: Date | null }>(sql`
    SELECT max(at) AS at
      FROM status.check_result
     WHERE at > ${new Date(sinceMs)}`)
  return row?.at?.getTime() ?? null
}
