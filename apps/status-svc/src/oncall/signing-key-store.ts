import { sql, type Queryable } from '@akashic/shared/postgres'

/** The key of that name; `fresh` becomes it when there is none yet. */
export async function ensureSigningKey(db: Queryable, name: string, fresh: Buffer): Promise<Buffer> {
  const [row] = await db.query<{ key: Buffer }>(sql`
    INSERT INTO status.signing_key (name, key)
    VALUES (${name}, ${fresh})
        ON CONFLICT (name) DO UPDATE
       SET key = signing_key.key
    RETURNING key`)
  return row!.key
}
