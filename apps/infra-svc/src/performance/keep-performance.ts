import type { Outbox } from '@akashic/shared/events'
import type { KnownComponent } from '../component/known-components.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { holdLease, writeFindings } from '../finding/write-findings.ts'
import { fewAtOnce } from './few-at-once.ts'
import { gather, runningIn, type GatherDeps } from './gather.ts'
import { judgeComponent, type JudgedComponent } from './judge/judge-component.ts'
import { keptFindings, sourceOf } from './kept-component.ts'

export interface PerformanceKeeperDeps extends GatherDeps {
  readonly components: () => Promise<readonly KnownComponent[]>
  readonly outbox: Outbox
  /** Names this replica in leases. */
  readonly replicaId: string
}

const leaseMs = 90_000
const deadlineMs = 20_000
const atOnce = 4

/** Measures components, and writes what has become of their findings. Of each one replica at a time does; and none of a
 *  component whose cluster was not read yet. */
export async function keepPerformance(deps: PerformanceKeeperDeps, nowMs: number): Promise<void> {
  const readable = (await deps.components()).filter((each) => runningIn(deps.clusters, each)?.cluster?.isRead() ?? true)
  const isHeld = await fewAtOnce(readable, atOnce, ({ id }) =>
    holdLease(deps.db, sourceOf(id), deps.replicaId, leaseMs),
  )
  const held = readable.filter((_, at) => isHeld[at])
  if (held.length === 0) return
  const gathered = await gather(deps, held, AbortSignal.timeout(deadlineMs))
  const settings = deps.settings()
  await fewAtOnce(held, atOnce, (component) => {
    const workload = runningIn(deps.clusters, component)?.workload ?? null
    const judged = judgeComponent(component.id, gathered, settings, workload)
    const found = keptFindings(component.id, judged.findings, workload)
    const see = (open: readonly GroupedFinding[]) => ({ found, ended: endedOf(open, found, judged) })
    return writeFindings(deps, { source: sourceOf(component.id), nowMs, isDue: true, see })
  })
}

/** What was not measured has not ended. */
function endedOf(
  open: readonly GroupedFinding[],
  found: readonly GroupedFinding[],
  { mayHold }: JudgedComponent,
): readonly GroupedFinding[] {
  const seen = new Set(found.map(({ id }) => id))
  return open.filter((each) => !seen.has(each.id) && !mayHold(each))
}
