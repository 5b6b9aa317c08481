import type { Transaction } from '@akashic/shared/postgres'
import type { StoredComponent } from '../component/stored-component.ts'
import { forgetDays } from '../uptime/forget-days.ts'
import { unmeasured } from './advance.ts'
import { closeOpen, insertIntervals, type LedgerInterval } from './ledger-store.ts'
import { deleteStates, insertStates, lockStates } from './state-store.ts'
import { tellTurnsOf, type TellDeps, type ToldComponent } from './tell-turns.ts'

/** Starts the ledgers of components that live from `nowMs` on: unknown until their checks have run. */
export async function beginLedger(tx: Transaction, nums: readonly number[], nowMs: number): Promise<void> {
  await insertStates(tx, new Map(nums.map((num) => [num, unmeasured(nowMs)])))
  await insertIntervals(
    tx,
    nums.map((num) => unknownFrom(num, nowMs)),
  )
}

/** Ends the ledgers of components that are no more. What they say stays; the time since the last result is unknown, since
 *  the process may have stood still. */
export async function endLedger(
  deps: TellDeps,
  tx: Transaction,
  gone: readonly Pick<StoredComponent, 'num' | 'id' | 'definition'>[],
  nowMs: number,
): Promise<void> {
  const nums = gone.map((component) => component.num)
  const states = await lockStates(tx, nums)
  const lastKnownMs = new Map(
    [...states].flatMap(([num, { status, lastCheckedMs, openedMs }]) =>
      status === 'unknown' || status === 'maintenance' || lastCheckedMs === null
        ? []
        : [[num, Math.max(lastCheckedMs, openedMs)] as const],
    ),
  )
  await closeOpen(tx, lastKnownMs)
  await insertIntervals(
    tx,
    [...lastKnownMs].map(([num, fromMs]) => unknownFrom(num, fromMs)),
  )
  await forgetDays(tx, lastKnownMs)
  await closeOpen(tx, new Map(nums.map((num) => [num, nowMs])))
  await deleteStates(tx, nums)
  const turns = new Map(
    [...states].map(([num]) => [
      num,
      [{ status: 'unknown' as const, fromMs: lastKnownMs.get(num) ?? nowMs, failure: null }],
    ]),
  )
  await tellTurnsOf(deps, tx, gone.map(toldOf), states, turns)
}

function toldOf({ num, id, definition }: Pick<StoredComponent, 'num' | 'id' | 'definition'>): ToldComponent {
  const visibility = definition['visibility'] === 'public' ? 'public' : 'internal'
  return { num, id, visibility, critical: definition['critical'] === true }
}

function unknownFrom(num: number, fromMs: number): LedgerInterval {
  return { num, fromMs, toMs: null, status: 'unknown', isFlapping: false, failure: null, causeNum: null }
}
