import type { Database } from '@akashic/shared/postgres'
import { dayMs, fiveMinutesMs, monthOf } from './period.ts'
import { ensurePartition, listDue, markDue, rollUpDay, rollUpResults, takeDue } from './store.ts'

/** Results of the last moments may still be on their way. */
const settledAfterMs = 30_000
const mostAtOnce = 500

/** Rolls up every five minutes and every day that are over and have results no roll-up shows. Safe in several replicas. */
export async function rollUp(db: Database, nowMs: number): Promise<void> {
  for (const startMs of await listDue(db, '5m', nowMs - fiveMinutesMs - settledAfterMs, mostAtOnce)) {
    await ensurePartition(db, 'check_rollup_5m', monthOf(startMs))
    await db.transaction(async (tx) => {
      if (!(await takeDue(tx, '5m', startMs))) return
      await rollUpResults(tx, startMs, startMs + fiveMinutesMs)
      await markDue(tx, '1d', [Math.floor(startMs / dayMs) * dayMs])
    })
  }
  for (const startMs of await listDue(db, '1d', nowMs - dayMs - fiveMinutesMs - settledAfterMs, mostAtOnce)) {
    await db.transaction(async (tx) => {
      if (await takeDue(tx, '1d', startMs)) await rollUpDay(tx, startMs, startMs + dayMs)
    })
  }
}
