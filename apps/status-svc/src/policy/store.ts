import { sql, type Queryable } from '@akashic/shared/postgres'

/** True when this transaction alone, of all replicas, opens incidents until it ends. */
export async function tryToBeAlone(tx: Queryable): Promise<boolean> {
  const [row] = await tx.query<{ is_alone: boolean }>(sql`
    SELECT pg_try_advisory_xact_lock(hashtextextended('akashic status.incident by policy', 0)) AS is_alone`)
  return row!.is_alone
}
