import { sql, type Queryable } from '@akashic/shared/postgres'

/** A shard that this replica holds. Ages are by the database's clock, in milliseconds. */
export interface HeldShard {
  readonly shard: number
  readonly fencingToken: number
  /** Since when it has been held by somebody without a gap. */
  readonly seeingForMs: number
}

export interface ClaimedShard extends HeldShard {
  /** How long nobody held it; null when nobody ever did. */
  readonly unheldMs: number | null
  /** How long ago its last holder was last known to be alive. */
  readonly lastAliveAgoMs: number | null
}

interface HeldRow {
  readonly shard: number
  readonly fencing_token: number
  readonly seeing_for_ms: number
}

interface ClaimedRow extends HeldRow {
  readonly unheld_ms: number | null
  readonly last_alive_ago_ms: number | null
}

/** Says that this replica is alive, forgets those that are not, and lists those that are. */
export async function announceMember(tx: Queryable, replicaId: string, leaseMs: number): Promise<string[]> {
  await tx.query(sql`
    INSERT INTO status.member (replica_id, seen_at)
    VALUES (${replicaId}, clock_timestamp())
    ON CONFLICT (replica_id) DO UPDATE
       SET seen_at = excluded.seen_at`)
  await tx.query(sql`
    DELETE FROM status.member
     WHERE replica_id IN (
             SELECT replica_id
               FROM status.member
              WHERE seen_at < clock_timestamp() - 10 * ${leaseMs} * interval '1 ms'
                FOR UPDATE SKIP LOCKED)`)
  const rows = await tx.query<{ replica_id: string }>(sql`
    SELECT replica_id
      FROM status.member
     WHERE seen_at > clock_timestamp() - ${leaseMs} * interval '1 ms'`)
  return rows.map((row) => row.replica_id)
}

/** Renews the lease of every shard that this replica still holds, also one that ran out and that nobody took. */
export async function renewShards(tx: Queryable, replicaId: string, leaseMs: number): Promise<HeldShard[]> {
  const rows = await tx.query<HeldRow>(sql`
    UPDATE status.shard
       SET lease_until = clock_timestamp() + ${leaseMs} * interval '1 ms', alive_at = clock_timestamp()
     WHERE shard IN (
             SELECT shard
               FROM status.shard
              WHERE owner = ${replicaId}
              ORDER BY shard
                FOR NO KEY UPDATE)
    RETURNING shard, fencing_token,
              (extract(epoch FROM clock_timestamp() - seeing_since) * 1000)::double precision AS seeing_for_ms`)
  return rows.map(heldShard)
}

/** Takes up to `count` shards that nobody holds. One that nobody held for longer than the lease counts as unseen until now. */
export async function claimShards(
  tx: Queryable,
  { replicaId, leaseMs, count }: { replicaId: string; leaseMs: number; count: number },
): Promise<ClaimedShard[]> {
  const rows = await tx.query<ClaimedRow>(sql`
    WITH free AS MATERIALIZED (
      SELECT shard, lease_until, alive_at, clock_timestamp() AS now
        FROM status.shard
       WHERE owner IS NULL OR lease_until < clock_timestamp()
       ORDER BY shard
       LIMIT ${count}
         FOR NO KEY UPDATE SKIP LOCKED)
    UPDATE status.shard AS s
       SET owner = ${replicaId},
           lease_until = free.now + ${leaseMs} * interval '1 ms',
           alive_at = free.now,
           fencing_token = s.fencing_token + 1,
           seeing_since = CASE
             WHEN free.lease_until >= free.now - ${leaseMs} * interval '1 ms' THEN s.seeing_since
             ELSE free.now
           END
      FROM free
     WHERE s.shard = free.shard
    RETURNING s.shard, s.fencing_token,
              (extract(epoch FROM free.now - s.seeing_since) * 1000)::double precision AS seeing_for_ms,
              (extract(epoch FROM free.now - free.lease_until) * 1000)::double precision AS unheld_ms,
              (extract(epoch FROM free.now - free.alive_at) * 1000)::double precision AS last_alive_ago_ms`)
  return rows.map((row) => ({
    ...heldShard(row),
    unheldMs: row.unheld_ms,
    lastAliveAgoMs: row.last_alive_ago_ms,
  }))
}

/** Gives up `shards` at once, so that another replica need not wait for the lease to run out. */
export async function releaseShards(tx: Queryable, replicaId: string, shards: readonly number[]): Promise<void> {
  await tx.query(sql`
    UPDATE status.shard
       SET owner = NULL, lease_until = clock_timestamp(), alive_at = clock_timestamp()
     WHERE shard IN (
             SELECT shard
               FROM status.shard
              WHERE owner = ${replicaId}
                AND shard = ANY(${shards}::smallint[])
              ORDER BY shard
                FOR NO KEY UPDATE)`)
  await tx.query(sql`SELECT pg_notify(${shardsChannel}, '')`)
}

export async function removeMember(tx: Queryable, replicaId: string): Promise<void> {
  await tx.query(sql`
    DELETE FROM status.member
     WHERE replica_id = ${replicaId}`)
}

/** Marks shards as unseen until now, after a stretch in which their holder made no checks. */
export async function restartSeeing(tx: Queryable, replicaId: string): Promise<void> {
  await tx.query(sql`
    UPDATE status.shard
       SET seeing_since = clock_timestamp()
     WHERE owner = ${replicaId}`)
}

/** Why a replica may act for a shard: it holds it, or nobody does. */
export type Charge = 'own' | 'free'

/** The shards that `replicaId` holds or that nobody holds, by the database's clock. */
export async function readCharge(db: Queryable, replicaId: string): Promise<ReadonlyMap<number, Charge>> {
  const rows = await db.query<{ shard: number; charge: Charge }>(sql`
    SELECT shard, CASE WHEN owner = ${replicaId} THEN 'own' ELSE 'free' END AS charge
      FROM status.shard
     WHERE owner IS NULL OR owner = ${replicaId} OR lease_until < clock_timestamp()`)
  return new Map(rows.map(({ shard, charge }) => [shard, charge]))
}

/** Told when shards become free. */
export const shardsChannel = 'akashic_status_shards'

function heldShard(row: HeldRow): HeldShard {
  return { shard: row.shard, fencingToken: row.fencing_token, seeingForMs: row.seeing_for_ms }
}
