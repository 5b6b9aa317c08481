import type { Transaction } from '@akashic/shared/postgres'
import { dayName, dayStart } from './days.ts'
import { deleteDays } from './store.ts'

/** Number under which the page as a whole is rolled up. */
export const pageNum = 0

/** Drops the roll-ups of days whose ledger has changed: of each component from the given moment on, and of the page. */
export async function forgetDays(
  tx: Transaction,
  changedFromMs: ReadonlyMap<number, number>,
  nowMs: number,
): Promise<void> {
  const past = [...changedFromMs].filter(([, fromMs]) => fromMs < dayStart(nowMs))
  if (past.length === 0) return
  const earliestMs = Math.min(...past.map(([, fromMs]) => fromMs))
  await deleteDays(
    tx,
    new Map([...past, [pageNum, earliestMs] as const].map(([num, fromMs]) => [num, dayName(fromMs)])),
  )
}
