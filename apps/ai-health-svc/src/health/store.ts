import type { HealthName } from '@akashic/proto'
import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Probe } from '../probe/probe.ts'

export interface StoredProvider {
  readonly name: string
  readonly probe: Probe | null
  readonly overall: HealthName
  readonly problem: string | null
}

/** Takes the lease to probe `name` when that is due; one replica at a time has it, by the database's clock. */
export async function claimProbe(db: Queryable, name: string, nowMs: number, leaseMs: number): Promise<boolean> {
  const claimed = await db.query(sql`
    INSERT INTO ai_health.provider AS p (name, next_probe_at, probe_lease_until, overall, changed_at)
    VALUES (${name}, clock_timestamp(), clock_timestamp() + ${leaseMs} * interval '1 ms', 'unknown', ${new Date(nowMs)})
    ON CONFLICT (name) DO UPDATE
      SET probe_lease_until = EXCLUDED.probe_lease_until
      WHERE p.next_probe_at <= clock_timestamp()
        AND (p.probe_lease_until IS NULL OR p.probe_lease_until < clock_timestamp())
    RETURNING 1`)
  return claimed.length > 0
}

/** Gives a probe back that came to nothing. */
export async function releaseProbe(db: Queryable, name: string): Promise<void> {
  await db.query(sql`UPDATE ai_health.provider SET probe_lease_until = NULL WHERE name = ${name}`)
}

/** The next one is due after `nextInMs`. */
export async function saveProbe(tx: Queryable, name: string, probe: Probe, nextInMs: number): Promise<void> {
  await tx.query(sql`
    UPDATE ai_health.provider
       SET probe = ${sql.json(probe)}, next_probe_at = clock_timestamp() + ${nextInMs} * interval '1 ms',
           probe_lease_until = NULL
     WHERE name = ${name}`)
}

/** Lets every provider be probed again at once. */
export async function makeProbesDue(db: Queryable, names: readonly string[]): Promise<void> {
  await db.query(sql`
    UPDATE ai_health.provider SET next_probe_at = clock_timestamp() WHERE name = ANY(${names}::text[])`)
}

export async function readProviders(db: Queryable): Promise<StoredProvider[]> {
  return db.query<StoredProvider>(sql`SELECT name, probe, overall, problem FROM ai_health.provider`)
}

/** The row of a provider, locked; made where there is none. */
export async function lockProvider(tx: Queryable, name: string, nowMs: number): Promise<StoredProvider> {
  const at = new Date(nowMs)
  await tx.query(sql`
    INSERT INTO ai_health.provider (name, next_probe_at, overall, changed_at) VALUES (${name}, ${at}, 'unknown', ${at})
    ON CONFLICT (name) DO NOTHING`)
  const [row] = await tx.query<StoredProvider>(sql`
    SELECT name, probe, overall, problem FROM ai_health.provider WHERE name = ${name} FOR UPDATE`)
  return row!
}

export async function saveOverall(
  tx: Queryable,
  name: string,
  overall: HealthName,
  problem: string | null,
  nowMs: number,
): Promise<void> {
  await tx.query(sql`
    UPDATE ai_health.provider SET overall = ${overall}, problem = ${problem}, changed_at = ${new Date(nowMs)}
     WHERE name = ${name}`)
}
