import type { Queryable } from '@akashic/shared/postgres'
import { prune } from './store.ts'

const dayMs = 86_400_000

/** Removes findings that were closed longer than `retentionMs` ago, and what is known of replicas that are gone. */
export async function pruneFindings(
  { db, retentionMs }: { readonly db: Queryable; readonly retentionMs: () => number },
  nowMs: number,
): Promise<void> {
  await prune(db, nowMs - retentionMs(), nowMs - dayMs)
}
