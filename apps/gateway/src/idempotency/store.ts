import { sql } from '@akashic/shared/postgres'
import type { Queryable } from '@akashic/shared/postgres'

export interface RequestKey {
  readonly principalId: string
  readonly key: string
}

export interface KeptRequest {
  readonly fingerprint: Buffer
  readonly reply: Buffer | null
}

export const idempotencyStore = {
  /** Takes the key for this request, when it is new or its 24 hours are over.
   *  @returns the attempt's fencing number; null when the key is taken. */
  async take(
    db: Queryable,
    { principalId, key }: RequestKey,
    claim: { fingerprint: Buffer; nowMs: number; keepMs: number },
  ): Promise<number | null> {
    const now = new Date(claim.nowMs)
    const [row] = await db.query<{ attempt: number }>(sql`
      INSERT INTO platform.idempotency_key AS k (principal_id, key, fingerprint, attempt, created_at)
      VALUES (${principalId}, ${key}, ${claim.fingerprint}, 1, ${now})
      ON CONFLICT (principal_id, key) DO UPDATE
         SET fingerprint = EXCLUDED.fingerprint, attempt = k.attempt + 1, created_at = EXCLUDED.created_at, reply = NULL
       WHERE k.created_at < ${new Date(claim.nowMs - claim.keepMs)}
      RETURNING attempt`)
    return row?.attempt ?? null
  },

  async find(db: Queryable, { principalId, key }: RequestKey): Promise<KeptRequest | null> {
    const [row] = await db.query<KeptRequest>(sql`
      SELECT fingerprint, reply
        FROM platform.idempotency_key
       WHERE principal_id = ${principalId} AND key = ${key}`)
    return row ?? null
  },

  async keep(db: Queryable, { principalId, key }: RequestKey, attempt: number, reply: Buffer): Promise<void> {
    await db.query(sql`
      UPDATE platform.idempotency_key
         SET reply = ${reply}
       WHERE principal_id = ${principalId} AND key = ${key} AND attempt = ${attempt}`)
  },

  async forget(db: Queryable, { principalId, key }: RequestKey, attempt: number): Promise<void> {
    await db.query(sql`
      DELETE FROM platform.idempotency_key
       WHERE principal_id = ${principalId} AND key = ${key} AND attempt = ${attempt}`)
  },

  /** @returns how many were deleted, at most `limit`. */
  async purge(db: Queryable, createdBeforeMs: number, limit: number): Promise<number> {
    const rows = await db.query(sql`
      DELETE FROM platform.idempotency_key
       WHERE (principal_id, key) IN (
             SELECT principal_id, key
               FROM platform.idempotency_key
              WHERE created_at < ${new Date(createdBeforeMs)}
              LIMIT ${limit})
      RETURNING 1`)
    return rows.length
  },
}
