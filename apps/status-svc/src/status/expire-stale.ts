import type { Database } from '@akashic/shared/postgres'
import { namedChecks } from '../component/check-names.ts'
import { expire, type ComponentState, type IntervalStart } from './advance.ts'
import { announceStates } from './announce-states.ts'
import type { StatusDeps } from './apply-verdicts.ts'
import { lockStale, saveStates } from './state-store.ts'
import { writeStarts } from './write-starts.ts'

const mostAtOnce = 1_000

/** Turns components whose checks did not run within three intervals `unknown`. Every replica does so; none waits for
 *  another. */
export async function expireStale(deps: StatusDeps & { readonly db: Database }, nowMs: number): Promise<void> {
  let turned: number
  do {
    turned = await deps.db.transaction(async (tx) => {
      const stale = await lockStale(tx, nowMs, mostAtOnce)
      if (stale.size === 0) return 0
      const records = new Map(deps.components.shown().map((record) => [record.num, record]))
      const after = new Map<number, ComponentState>()
      const starts = new Map<number, readonly IntervalStart[]>()
      for (const [num, state] of stale) {
        const record = records.get(num)
        if (!record) continue
        const next = expire(state, namedChecks(record.spec), nowMs)
        after.set(num, next.state)
        if (next.starts.length > 0) starts.set(num, next.starts)
      }
      if (after.size === 0) return 0
      const saved = await saveStates(tx, after)
      await writeStarts(deps, tx, starts, after)
      await announceStates(deps, tx, saved)
      return stale.size
    })
  } while (turned === mostAtOnce)
}
