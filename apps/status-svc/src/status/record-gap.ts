import type { Transaction } from '@akashic/shared/postgres'
import { namedChecks } from '../component/check-names.ts'
import { forgetDays } from '../uptime/forget-days.ts'
import type { ComponentState } from './advance.ts'
import { announceStates } from './announce-states.ts'
import type { StatusDeps } from './apply-verdicts.ts'
import type { CheckingGap } from './check-verdict.ts'
import { deriveComponentStatus } from './derive-component-status.ts'
import { insertIntervals, takeOverlapping } from './ledger-store.ts'
import { markCauses } from './mark-causes.ts'
import { overlayGap } from './overlay-gap.ts'
import { lockStates, saveStates } from './state-store.ts'
import { tellTurns, type Turn } from './tell-turns.ts'

/** Writes a stretch in which nobody checked into the ledger as `unknown`, in the caller's transaction. Afterwards a
 *  component is what its last results say, where they still hold. One that was maintained was so whoever checked. */
export async function recordGap(deps: StatusDeps, tx: Transaction, gap: CheckingGap): Promise<void> {
  if (gap.toMs <= gap.fromMs) return
  const records = gap.componentIds.flatMap((id) => deps.components.get(id) ?? [])
  const states = await lockStates(
    tx,
    records.map((record) => record.num),
  )
  const taken = await takeOverlapping(tx, [...states.keys()], gap.fromMs, gap.toMs)
  const intervals = Map.groupBy(taken, (interval) => interval.num)
  const reopened = new Map<number, ComponentState>()
  for (const record of records) {
    const state = states.get(record.num)
    if (!state || state.isMaintained || state.openedMs >= gap.toMs) continue
    const derived = deriveComponentStatus(namedChecks(record.spec), state.verdicts, gap.toMs)
    reopened.set(record.num, { ...state, ...derived, sinceMs: gap.toMs, openedMs: gap.toMs })
  }
  await insertIntervals(
    tx,
    [...intervals].flatMap(([num, recorded]) => {
      const fromMs = Math.max(gap.fromMs, states.get(num)!.lastCheckedMs ?? gap.fromMs)
      return overlayGap(recorded, { fromMs, toMs: gap.toMs }, reopened.get(num))
    }),
  )
  const cutFrom = new Map([...intervals.keys()].map((num) => [num, gap.fromMs]))
  await forgetDays(tx, cutFrom)
  if (reopened.size === 0) return
  const saved = await saveStates(tx, reopened)
  await markCauses(deps, tx, [...reopened.keys()], reopened)
  await tellTurns(deps, tx, states, new Map([...reopened].map(([num, state]) => [num, [turnOf(state)]])))
  await announceStates(deps, tx, saved)
}

const turnOf = ({ status, sinceMs, failure }: ComponentState): Turn => ({ status, fromMs: sinceMs, failure })
