import { infraEvents, makeEvent } from '@akashic/events'
import type { Outbox } from '@akashic/shared/events'
import type { Database } from '@akashic/shared/postgres'
import type { GroupedFinding } from './group-findings.ts'
import { lockLease, lockOpen, saveResolved, saveSeen } from './store.ts'

/** Of the replicas that look at a source one writes what it saw. */
export { holdLease } from './store.ts'

/** What has become of the findings of a source since they were last written. */
export interface SeenFindings {
  readonly found: readonly GroupedFinding[]
  /** Of those that were open. */
  readonly ended: readonly GroupedFinding[]
}

export interface FindingSource {
  /** Name of what they are about: a cluster, or a database as `database/orders`. */
  readonly source: string
  readonly nowMs: number
  /** Whether those that say the same as before are written too. */
  readonly isDue: boolean
  readonly see: (open: readonly GroupedFinding[]) => SeenFindings
}

export interface WriteFindingsDeps {
  readonly db: Database
  readonly outbox: Outbox
  /** Who holds the lease of the source. */
  readonly replicaId: string
}

/** Gives findings their life: opened when first seen, resolved when ended, each told by an event in the same transaction.
 *  Of a replica that has lost its lease meanwhile nothing is written. */
export async function writeFindings(
  { db, outbox, replicaId }: WriteFindingsDeps,
  { source, nowMs, isDue, see }: FindingSource,
): Promise<void> {
  const at = new Date(nowMs)
  await db.transaction(async (tx) => {
    if (!(await lockLease(tx, source, replicaId))) return
    const open = new Map((await lockOpen(tx, source)).map((kept) => [kept.id, kept.finding]))
    const { found, ended } = see([...open.values()])
    const opened = found.filter(({ id }) => !open.has(id))
    const isOther = (finding: GroupedFinding) =>
      JSON.stringify(open.get(finding.id)?.summary) !== JSON.stringify(finding.summary)
    await saveSeen(tx, isDue ? found : found.filter((finding) => !open.has(finding.id) || isOther(finding)), at)
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
}

const dataOf = ({ id, cluster, rule, severity, object, reason, summary }: GroupedFinding, at: Date) => ({
  ...{ cluster, findingId: id, rule, severity, object, reason, summary },
  at: at.toISOString(),
})
