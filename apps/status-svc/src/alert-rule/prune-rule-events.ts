import type { Queryable } from '@akashic/shared/postgres'
import { prune } from './store.ts'

/** Longer than any window of a rule. */
const keptMs = 8 * 86_400_000

/** Removes events that no rule looks at any more, and turns of what no rule measures. */
export async function pruneRuleEvents({ db }: { readonly db: Queryable }, nowMs: number): Promise<void> {
  await prune(db, nowMs - keptMs)
}
