import type { Transaction } from '@akashic/shared/postgres'
import { namedChecks } from '../component/check-names.ts'
import { maintain, type ComponentState, type IntervalStart, type Upkeep } from './advance.ts'
import { announceStates } from './announce-states.ts'
import type { StatusDeps } from './apply-verdicts.ts'
import { lockStates, saveStates } from './state-store.ts'
import { tellTurns } from './tell-turns.ts'
import { writeStarts } from './write-starts.ts'

/** Brings the state and the ledger of components, by number, to `maintenance` while they are maintained, and then back to
 *  what their checks say. */
export async function maintainComponents(
  deps: StatusDeps,
  tx: Transaction,
  wanted: ReadonlyMap<number, Upkeep>,
  nowMs: number,
): Promise<void> {
  const records = new Map(deps.components.shown().map((record) => [record.num, record]))
  const after = new Map<number, ComponentState>()
  const starts = new Map<number, readonly IntervalStart[]>()
  const before = await lockStates(tx, [...wanted.keys()])
  for (const [num, state] of before) {
    const record = records.get(num)
    if (!record) continue
    const next = maintain(state, namedChecks(record.spec), wanted.get(num)!, nowMs)
    after.set(num, next.state)
    if (next.starts.length > 0) starts.set(num, next.starts)
  }
  if (after.size === 0) return
  const saved = await saveStates(tx, after)
  await writeStarts(deps, tx, starts, after)
  await tellTurns(deps, tx, before, starts)
  await announceStates(deps, tx, saved)
}
