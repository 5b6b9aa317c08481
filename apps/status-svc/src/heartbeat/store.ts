import { sql, type Queryable } from '@akashic/shared/postgres'

/** Keeps the newest call of the job. */
export async function saveHeartbeat(tx: Queryable, checkNum: number, atMs: number): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.heartbeat (check_num, at)
    VALUES (${checkNum}, ${new Date(atMs)})
    ON CONFLICT (check_num) DO UPDATE
       SET at = greatest(heartbeat.at, excluded.at)`)
}

export async function readHeartbeat(db: Queryable, checkNum: number): Promise<number | null> {
  const rows = await db.query<{ at: Date }>(sql`
    SELECT at
      FROM status.heartbeat
     WHERE check_num = ${checkNum}`)
  return rows[0]?.at.getTime() ?? null
}
