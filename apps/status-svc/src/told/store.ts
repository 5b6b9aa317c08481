import { sql, type Queryable } from '@akashic/shared/postgres'

/** Says that what the public reads changes with this transaction. Comes last in it: from here on others wait for it. */
export async function raiseToldVersion(tx: Queryable): Promise<void> {
  await tx.query(sql`
    UPDATE status.told
       SET version = version + 1`)
}

/** Grows when what the public is told in words changes. */
export async function readToldVersion(db: Queryable): Promise<number> {
  const [row] = await db.query<{ version: number }>(sql`
    SELECT version
      FROM status.told`)
  return row!.version
}
