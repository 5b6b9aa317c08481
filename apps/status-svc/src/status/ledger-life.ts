import type { Transaction } from '@akashic/shared/postgres'
import { unmeasured } from './advance.ts'
import { closeOpen, insertIntervals } from './ledger-store.ts'
import { deleteStates, insertStates, lockStates } from './state-store.ts'

/** Starts the ledgers of components that live from `nowMs` on: unknown until their checks have run. */
export async function beginLedger(tx: Transaction, nums: readonly number[], nowMs: number): Promise<void> {
  await insertStates(tx, new Map(nums.map((num) => [num, unmeasured(nowMs)])))
  await insertIntervals(
    tx,
    nums.map((num) => ({
      num,
      fromMs: nowMs,
      toMs: null,
      status: 'unknown',
      isFlapping: false,
      failure: null,
      causeNum: null,
    })),
  )
}

/** Ends the ledgers of components that are no more; what they say stays. */
export async function endLedger(tx: Transaction, nums: readonly number[], nowMs: number): Promise<void> {
  await lockStates(tx, nums)
  await closeOpen(tx, new Map(nums.map((num) => [num, nowMs])))
  await deleteStates(tx, nums)
}
