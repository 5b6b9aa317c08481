import type { Transaction } from '@akashic/shared/postgres'
import { forgetDays } from '../uptime/forget-days.ts'
import type { ComponentState, IntervalStart } from './advance.ts'
import type { StatusDeps } from './apply-verdicts.ts'
import { closeOpen, insertIntervals } from './ledger-store.ts'
import { markCauses } from './mark-causes.ts'

/** Writes new intervals into the ledger, each ending where the next one of its component starts, the last one open. */
export async function writeStarts(
  deps: Pick<StatusDeps, 'components'>,
  tx: Transaction,
  starts: ReadonlyMap<number, readonly IntervalStart[]>,
  states: ReadonlyMap<number, ComponentState>,
): Promise<void> {
  if (starts.size === 0) return
  const firstMs = new Map([...starts].map(([num, [first]]) => [num, first!.fromMs]))
  await closeOpen(tx, firstMs)
  await insertIntervals(
    tx,
    [...starts].flatMap(([num, all]) => intervalsOf(num, all)),
  )
  await forgetDays(tx, firstMs)
  await markCauses(deps, tx, [...starts.keys()], states)
}

/** Those of `starts` that hold for a time: one that the next replaces at once was never so. */
export function lastingOf<Start extends Pick<IntervalStart, 'fromMs'>>(starts: readonly Start[]): Start[] {
  return starts.filter((start, i) => starts[i + 1]?.fromMs !== start.fromMs)
}

function intervalsOf(num: number, starts: readonly IntervalStart[]) {
  const lasting = lastingOf(starts)
  return lasting.map(({ fromMs, status, isFlapping, failure }, i) => ({
    num,
    fromMs,
    toMs: lasting[i + 1]?.fromMs ?? null,
    status,
    isFlapping,
    failure,
    causeNum: null,
  }))
}
