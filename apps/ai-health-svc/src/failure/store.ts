import { sql, type Queryable } from '@akashic/shared/postgres'

export interface FailureOwner {
  /** Empty: without a virtual key. */
  readonly keyName: string
  readonly digest: string
  /** A UUID of whoever deals with it. */
  readonly owner: string
}

/** Makes `owner` the one that deals with a request, for `leaseMs` by the database's clock.
 *  @returns false while somebody else does. */
export async function takeFailure(
  db: Queryable,
  { keyName, digest, owner }: FailureOwner,
  leaseMs: number,
): Promise<boolean> {
  await db.query(sql`DELETE FROM ai_health.failure_owner WHERE until < clock_timestamp()`)
  const taken = await db.query(sql`
    INSERT INTO ai_health.failure_owner (key_name, idempotency_digest, owner, until)
    VALUES (${keyName}, ${digest}, ${owner}, clock_timestamp() + ${leaseMs} * interval '1 ms')
    ON CONFLICT DO NOTHING
    RETURNING 1`)
  return taken.length > 0
}

export async function releaseFailure(db: Queryable, { keyName, digest, owner }: FailureOwner): Promise<void> {
  await db.query(sql`
    DELETE FROM ai_health.failure_owner
     WHERE key_name = ${keyName} AND idempotency_digest = ${digest} AND owner = ${owner}`)
}
