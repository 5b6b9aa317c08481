import type { Database } from '@akashic/shared/postgres'
import type { FollowedCluster } from '../cluster/clusters.ts'
import { holdLease } from '../finding/write-findings.ts'
import { measurePods } from './measure-pods.ts'
import { deleteOld, joinMinutes, saveReading, saveSamples } from './store.ts'

export interface UsageKeeperDeps {
  readonly db: Database
  /** Names this replica in leases. */
  readonly replicaId: string
}

const leaseMs = 90_000
const minutesKeptMs = 6 * 3_600_000
const windowMs = 600_000

/** Measures the pods of a cluster and keeps what they used. One replica at a time does. */
export async function keepUsage(
  { db, replicaId }: UsageKeeperDeps,
  { name, client, model }: Pick<FollowedCluster, 'name' | 'client' | 'model'>,
  nowMs: number,
): Promise<void> {
  if (!(await holdLease(db, `usage/${name}`, replicaId, leaseMs))) return
  const { samples, problem } = await measurePods(client, model, nowMs)
  const at = new Date(nowMs)
  await db.transaction(async (tx) => {
    await saveSamples(tx, name, samples, at)
    await saveReading(tx, name, at, problem)
  })
}

/** Joins minutes older than six hours ten by ten, and removes what is older than `keepMs`. */
export async function thinUsage(db: Database, keepMs: number, nowMs: number): Promise<void> {
  const edge = Math.floor((nowMs - minutesKeptMs) / windowMs) * windowMs
  await joinMinutes(db, new Date(edge))
  await deleteOld(db, new Date(nowMs - keepMs))
}
