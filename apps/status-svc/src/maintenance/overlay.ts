import type { Transaction } from '@akashic/shared/postgres'
import type { StatusDeps } from '../status/apply-verdicts.ts'
import { holdLedgers } from '../status/ledger.ts'
import { maintainComponents } from '../status/maintain-components.ts'
import type { Maintenance } from './maintenance.ts'
import { readMisstated } from './store.ts'

/** Brings components to `maintenance` while one of theirs is under way, and back to what their checks say. */
export async function overlayMaintenances(deps: StatusDeps, tx: Transaction, nowMs: number): Promise<void> {
  const misstated = await readMisstated(tx)
  if (misstated.size > 0) await maintainComponents(deps, tx, misstated, nowMs)
}

/** The same for the components of one maintenance, which has just begun or ended. Another one of theirs that does so at
 *  the same time is waited for. */
export async function overlayMaintenance(
  deps: StatusDeps,
  tx: Transaction,
  { components }: Maintenance,
  nowMs: number,
): Promise<void> {
  const nums = components.map(({ num }) => num)
  await holdLedgers(tx, nums)
  const misstated = await readMisstated(tx)
  const own = nums.flatMap((num) => (misstated.has(num) ? [[num, misstated.get(num)!] as const] : []))
  if (own.length > 0) await maintainComponents(deps, tx, new Map(own), nowMs)
}
