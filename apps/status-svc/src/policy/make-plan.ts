import type { Queryable } from '@akashic/shared/postgres'
import type { IncidentSummary } from '../incident/incident.ts'
import { faultsOf, type Sight } from './faults.ts'
import { groupsOf } from './groups.ts'
import { readHeld } from './held.ts'
import { readPast } from './past.ts'
import { planFor, type Step } from './plan.ts'

/** What is to be done about what is seen, so that each root cause has one incident. */
export async function makePlan(
  db: Queryable,
  sight: Sight,
  open: readonly IncidentSummary[],
  nowMs: number,
): Promise<readonly Step[]> {
  const { policies, lookUp, redIds } = sight
  const red = redIds.flatMap((id) => lookUp(id) ?? [])
  const faults = faultsOf(sight, await readHeld(db, policies, red, nowMs))
  const groups = groupsOf(faults, lookUp, policies)
  return planFor(groups, open, await readPast(db, groups, open, nowMs), nowMs)
}
