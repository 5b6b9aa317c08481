import { infraEvents, makeEvent } from '@akashic/events'
import type { Outbox } from '@akashic/shared/events'
import type { Database } from '@akashic/shared/postgres'
import { analyse } from '../analyse/analyse.ts'
import type { FollowedCluster } from '../cluster/clusters.ts'
import { noLogs } from '../log/log-lines.ts'
import type { InfraMetrics } from '../metrics.ts'
import { endedFindings } from './ended-findings.ts'
import type { GroupedFinding } from './group-findings.ts'
import { holdLease, lockOpen, saveResolved, saveSeen } from './store.ts'

export interface FindingKeeperDeps {
  readonly db: Database
  readonly outbox: Outbox
  /** Names this replica in leases. */
  readonly replicaId: string
  readonly metrics: Pick<InfraMetrics, 'found'>
}

const leaseMs = 15_000
const rememberAgainMs = 60_000

export interface FindingKeeper {
  /** Looks at a cluster and writes what has become of its findings. One replica at a time does. */
  keep(cluster: FollowedCluster, nowMs: number): Promise<void>
}

/** Gives findings a life: opened when first seen, resolved when no longer, each told by an event in the same transaction.
 *  Nothing is resolved of a cluster that is not being followed: what cannot be seen is not mended. */
export function createFindingKeeper({ db, outbox, replicaId, metrics }: FindingKeeperDeps): FindingKeeper {
  const written = new Map<string, number>()
  const unseenSince = new Map<string, ReadonlyMap<string, number>>()
  return {
    keep: async (cluster, nowMs) => {
      const isDue = nowMs - (written.get(cluster.name) ?? 0) > rememberAgainMs
      const waiting = unseenSince.get(cluster.name) ?? new Map<string, number>()
      if (!cluster.isRead() || (!cluster.takeChanged() && !isDue && waiting.size === 0)) return
      const analysed = analyse({ view: cluster.model, now: nowMs, logs: noLogs })
      metrics.found(cluster.name, [...analysed, ...cluster.releases.findings(nowMs)])
      const at = new Date(nowMs)
      if (!(await holdLease(db, cluster.name, replicaId, leaseMs))) return
      await db.transaction(async (tx) => {
        const open = new Map((await lockOpen(tx, cluster.name)).map((kept) => [kept.id, kept.finding]))
        const found = [...analysed, ...cluster.releases.findings(nowMs, [...open.values()])]
        const opened = found.filter(({ id }) => !open.has(id))
        const isOther = (finding: GroupedFinding) =>
          JSON.stringify(open.get(finding.id)?.summary) !== JSON.stringify(finding.summary)
        await saveSeen(tx, isDue ? found : found.filter((finding) => !open.has(finding.id) || isOther(finding)), at)
        const seen = new Set(found.map(({ id }) => id))
        const { ended, waiting: left } = endedFindings(cluster.model, [...open.values()], seen, waiting, nowMs)
        unseenSince.set(cluster.name, left)
        await saveResolved(
          tx,
          ended.map(({ id }) => id),
          at,
        )
        const tell = (name: 'finding_opened' | 'finding_resolved', finding: GroupedFinding) =>
          makeEvent(infraEvents[name], { id: finding.id }, dataOf(finding, at), { nowMs, actor: 'service:infra' })
        await outbox.add(tx, [
          ...opened.map((finding) => tell('finding_opened', finding)),
          ...ended.map((finding) => tell('finding_resolved', finding)),
        ])
      })
      written.set(cluster.name, nowMs)
    },
  }
}

const dataOf = ({ id, cluster, rule, severity, object, reason, summary }: GroupedFinding, at: Date) => ({
  ...{ cluster, findingId: id, rule, severity, object, reason, summary },
  at: at.toISOString(),
})
