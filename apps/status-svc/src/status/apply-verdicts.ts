import type { Clock } from '@akashic/shared/clock'
import type { Outbox } from '@akashic/shared/events'
import type { Transaction } from '@akashic/shared/postgres'
import { namedChecks } from '../component/check-names.ts'
import type { ComponentDirectory } from '../component/component.ts'
import { advance, type ComponentState, type IntervalStart } from './advance.ts'
import type { BoardFeed } from './board.ts'
import type { CheckVerdict } from './check-verdict.ts'
import { announceStates } from './announce-states.ts'
import { lockStates, saveStates } from './state-store.ts'
import { tellTurns } from './tell-turns.ts'
import { writeStarts } from './write-starts.ts'

export interface StatusDeps {
  readonly clock: Clock
  readonly replicaId: string
  readonly components: ComponentDirectory
  readonly board: BoardFeed
  readonly outbox: Outbox
}

/** Brings the state and the ledger of the components up to what their checks now say, in the caller's transaction.
 *  Verdicts of components that are gone are dropped. */
export async function applyVerdicts(
  deps: StatusDeps,
  tx: Transaction,
  verdicts: readonly CheckVerdict[],
): Promise<void> {
  const byId = Map.groupBy(verdicts, (verdict) => verdict.componentId)
  const records = [...byId.keys()].flatMap((id) => deps.components.get(id) ?? [])
  const before = await lockStates(
    tx,
    records.map((record) => record.num),
  )
  const nowMs = deps.clock.now()
  const after = new Map<number, ComponentState>()
  const starts = new Map<number, readonly IntervalStart[]>()
  for (const record of records) {
    let state = before.get(record.num)
    if (!state) continue
    const checks = namedChecks(record.spec)
    const started: IntervalStart[] = []
    for (const verdict of byId.get(record.id)!) {
      const next = advance(state, checks, verdict, nowMs)
      state = next.state
      started.push(...next.starts)
    }
    after.set(record.num, state)
    if (started.length > 0) starts.set(record.num, started)
  }
  if (after.size === 0) return
  const saved = await saveStates(tx, after)
  await writeStarts(deps, tx, starts, after)
  await tellTurns(deps, tx, before, starts)
  await announceStates(deps, tx, saved)
}
