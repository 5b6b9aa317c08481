import type { Transaction } from '@akashic/shared/postgres'
import type { StatusDeps } from '../status/apply-verdicts.ts'
import { maintainComponents } from '../status/maintain-components.ts'
import { readMisstated } from './store.ts'

/** Brings components to `maintenance` while one of theirs is under way, and back to what their checks say. */
export async function overlayMaintenances(deps: StatusDeps, tx: Transaction, nowMs: number): Promise<void> {
  const misstated = await readMisstated(tx)
  if (misstated.length === 0) return
  await maintainComponents(deps, tx, new Map(misstated.map((row) => [row.num, row.is_maintained])), nowMs)
}
