import type { Outbox } from '@akashic/shared/events'
import type { Database } from '@akashic/shared/postgres'
import { analyse } from '../analyse/analyse.ts'
import type { FollowedCluster } from '../cluster/clusters.ts'
import { noLogs } from '../log/log-lines.ts'
import type { InfraMetrics } from '../metrics.ts'
import { endedFindings } from './ended-findings.ts'
import { holdLease } from './store.ts'
import { writeFindings } from './write-findings.ts'

export interface FindingKeeperDeps {
  readonly db: Database
  readonly outbox: Outbox
  /** Names this replica in leases. */
  readonly replicaId: string
  readonly metrics: Pick<InfraMetrics, 'found'>
}

const leaseMs = 15_000
const renewEveryMs = 5_000
const rememberAgainMs = 60_000

export interface FindingKeeper {
  /** Looks at a cluster and writes what has become of its findings. One replica at a time does. */
  keep(cluster: FollowedCluster, nowMs: number): Promise<void>
}

/** Keeps the findings of clusters. Nothing is resolved of a cluster that is not being followed: what cannot be seen is not mended. */
export function createFindingKeeper({ db, outbox, replicaId, metrics }: FindingKeeperDeps): FindingKeeper {
  const written = new Map<string, number>()
  const unseenSince = new Map<string, ReadonlyMap<string, number>>()
  const heldAt = new Map<string, number>()

  async function hold({ name }: FollowedCluster, nowMs: number): Promise<boolean> {
    const isHeld = await holdLease(db, name, replicaId, leaseMs)
    if (isHeld) heldAt.set(name, nowMs)
    else heldAt.delete(name)
    return isHeld
  }

  /** Whoever writes goes on to, also while there is nothing to write. */
  async function renew(cluster: FollowedCluster, nowMs: number): Promise<void> {
    const at = heldAt.get(cluster.name)
    if (at !== undefined && nowMs - at >= renewEveryMs) await hold(cluster, nowMs)
  }

  return {
    keep: async (cluster, nowMs) => {
      const isDue = nowMs - (written.get(cluster.name) ?? 0) > rememberAgainMs
      const waiting = unseenSince.get(cluster.name) ?? new Map<string, number>()
      if (!cluster.isRead()) return
      if (!cluster.takeChanged() && !isDue && waiting.size === 0) return renew(cluster, nowMs)
      if (!(await hold(cluster, nowMs))) return
      const analysed = analyse({ view: cluster.model, now: nowMs, logs: noLogs, volumeUse: cluster.volumes.lookup })
      metrics.found(cluster.name, [...analysed, ...cluster.releases.findings(nowMs)])
      // What fails is written at the next look, whether anything has changed by then or not.
      written.delete(cluster.name)
      await writeFindings(
        { db, outbox, replicaId },
        {
          ...{ source: cluster.name, nowMs, isDue },
          see: (open) => {
            const { releases, volumes } = cluster
            const found = [...analysed, ...releases.findings(nowMs, open), ...volumes.untold(open)]
            const seen = new Set(found.map(({ id }) => id))
            const { ended, waiting: left } = endedFindings(cluster.model, open, seen, waiting, nowMs)
            unseenSince.set(cluster.name, left)
            return { found, ended }
          },
        },
      )
      written.set(cluster.name, nowMs)
    },
  }
}
