import { sql, type Queryable } from '@akashic/shared/postgres'
import type { SecondOfUse } from './own-use.ts'

export async function saveUse(
  db: Queryable,
  provider: string,
  replica: string,
  seconds: readonly SecondOfUse[],
): Promise<void> {
  await db.query(sql`
    INSERT INTO ai_health.use (provider, replica, seconds, at)
    VALUES (${provider}, ${replica}, ${sql.json(seconds)}, clock_timestamp())
    ON CONFLICT (provider, replica) DO UPDATE SET seconds = EXCLUDED.seconds, at = EXCLUDED.at`)
}

export async function readUseOfOthers(db: Queryable, provider: string, replica: string): Promise<SecondOfUse[]> {
  const rows = await db.query<{ seconds: SecondOfUse[] }>(sql`
    SELECT seconds FROM ai_health.use WHERE provider = ${provider} AND replica <> ${replica}`)
  return rows.flatMap(({ seconds }) => seconds)
}

/** Replicas that are gone count until what they asked is more than a minute old. */
export async function deleteOldUse(db: Queryable): Promise<void> {
  await db.query(sql`DELETE FROM ai_health.use WHERE at < clock_timestamp() - interval '1 minute'`)
}
