import type { Transaction } from '@akashic/shared/postgres'
import { dayName } from './days.ts'
import { deleteDays } from './store.ts'

/** Number under which the page as a whole is rolled up. */
export const pageNum = 0

/** Drops the roll-ups of days whose ledger has changed: of each component from the given moment on, and of the page. */
export async function forgetDays(tx: Transaction, changedFromMs: ReadonlyMap<number, number>): Promise<void> {
  if (changedFromMs.size === 0) return
  const earliestMs = Math.min(...changedFromMs.values())
  await deleteDays(
    tx,
    new Map([...changedFromMs, [pageNum, earliestMs] as const].map(([num, fromMs]) => [num, dayName(fromMs)])),
  )
}
