import type { Queryable } from '@akashic/shared/postgres'
import { prune } from './store.ts'

/** Removes alerts that were resolved longer than `retentionMs` ago. */
export async function pruneAlerts(
  { db, retentionMs }: { readonly db: Queryable; readonly retentionMs: () => number },
  nowMs: number,
): Promise<void> {
  await prune(db, nowMs - retentionMs())
}
