import type { Database } from '@akashic/shared/postgres'
import { dayMs, dayOf, monthOf } from './period.ts'
import { deleteDaysBefore, dropPartition, ensurePartition, listPartitions } from './store.ts'

/** How long what was measured is kept, in milliseconds. */
export interface Retention {
  readonly results: number
  readonly rollups: number
}

/** Makes the partitions of today and tomorrow, of this month and the next, and drops what is older than its retention. */
export async function retain(db: Database, retention: Retention, nowMs: number): Promise<void> {
  await ensurePartition(db, 'check_result', dayOf(nowMs))
  await ensurePartition(db, 'check_result', dayOf(nowMs + dayMs))
  await ensurePartition(db, 'check_rollup_5m', monthOf(nowMs))
  await ensurePartition(db, 'check_rollup_5m', monthOf(monthOf(nowMs).toMs))
  await dropBefore(db, 'check_result', dayOf(nowMs - retention.results).name)
  await dropBefore(db, 'check_rollup_5m', monthOf(nowMs - retention.rollups).name)
  await deleteDaysBefore(db, nowMs - retention.rollups)
}

async function dropBefore(db: Database, table: 'check_result' | 'check_rollup_5m', oldest: string): Promise<void> {
  for (const name of await listPartitions(db, table)) {
    if (name < oldest) await db.transaction((tx) => dropPartition(tx, table, name))
  }
}
