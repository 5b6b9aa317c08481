import { sql, type Queryable } from '@akashic/shared/postgres'

/** Ids of incidents whose timelines are longer than what was heard of them. */
export async function readUnheard(db: Queryable, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    SELECT id
      FROM status.incident
     WHERE timeline_seq > heard_seq
     ORDER BY num
     LIMIT ${limit}`)
  return rows.map(({ id }) => id)
}

/** Locks an incident of which something was not heard, unless another has it.
 *  @returns how far its timeline was heard. */
export async function lockUnheard(tx: Queryable, id: string): Promise<number | undefined> {
  const [row] = await tx.query<{ heard_seq: number }>(sql`
    SELECT heard_seq
      FROM status.incident
     WHERE id = ${id} AND timeline_seq > heard_seq
       FOR UPDATE SKIP LOCKED`)
  return row?.heard_seq
}

export async function markHeard(tx: Queryable, num: number, seq: number): Promise<void> {
  await tx.query(sql`
    UPDATE status.incident
       SET heard_seq = ${seq}
     WHERE num = ${num}`)
}
