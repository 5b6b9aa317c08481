import type { Database } from '@akashic/shared/postgres'
import { chargeOf, type Charge } from '../check/lease/charge-of.ts'
import { shardOf } from '../check/lease/shard.ts'
import { namedChecks } from '../component/check-names.ts'
import { expire, withoutFuture, type Advance, type ComponentState, type IntervalStart } from './advance.ts'
import { announceStates } from './announce-states.ts'
import type { StatusDeps } from './apply-verdicts.ts'
import { lockFree, readOutdated, saveStates } from './state-store.ts'
import { tellTurns } from './tell-turns.ts'
import { writeStarts } from './write-starts.ts'

const mostAtOnce = 1_000

/** Turns components whose checks did not run within three intervals `unknown`. Whoever makes the checks of a component
 *  does so, since it is by its clock that their results are dated; any replica does where nobody makes them. */
export async function expireStale(deps: StatusDeps & { readonly db: Database }, nowMs: number): Promise<void> {
  const outdated = await readOutdated(deps.db, nowMs)
  if (outdated.length === 0) return
  const charges = await chargeOf(deps.db, deps.replicaId)
  const charged = outdated.filter((num) => charges.has(shardOf(num)))
  for (let i = 0; i < charged.length; i += mostAtOnce) {
    await expireThese(deps, charged.slice(i, i + mostAtOnce), charges, nowMs)
  }
}

async function expireThese(
  deps: StatusDeps & { readonly db: Database },
  nums: readonly number[],
  charges: ReadonlyMap<number, Charge>,
  nowMs: number,
): Promise<void> {
  const records = new Map(deps.components.shown().map((record) => [record.num, record]))
  await deps.db.transaction(async (tx) => {
    const after = new Map<number, ComponentState>()
    const starts = new Map<number, readonly IntervalStart[]>()
    const before = await lockFree(tx, nums)
    for (const [num, state] of before) {
      const record = records.get(num)
      if (!record) continue
      const checks = namedChecks(record.spec)
      const past: Advance =
        charges.get(shardOf(num)) === 'own' ? withoutFuture(state, checks, nowMs) : { state, starts: [] }
      const next = expire(past.state, checks, nowMs)
      if (next.state === state) continue
      after.set(num, next.state)
      const started = [...past.starts, ...next.starts]
      if (started.length > 0) starts.set(num, started)
    }
    if (after.size === 0) return
    const saved = await saveStates(tx, after)
    await writeStarts(deps, tx, starts, after)
    await tellTurns(deps, tx, before, starts)
    await announceStates(deps, tx, saved)
  })
}
