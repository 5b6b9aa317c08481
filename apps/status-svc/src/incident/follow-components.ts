import { systemActor } from '@akashic/shared/audit'
import { readStates } from '../status/ledger.ts'
import { amend } from './amend.ts'
import type { IncidentSummary } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { observe, type ObservedStatus } from './observe.ts'
import { readOpen } from './store.ts'

/** Brings every open incident up to date with what its components are now. */
export async function followComponents(deps: IncidentDeps): Promise<void> {
  const open = await readOpen(deps.db)
  const nums = [...new Set(open.flatMap(numsOf))]
  if (nums.length === 0) return
  const states = await readStates(deps.db, nums)
  for (const { id } of open.filter((incident) => isNews(incident, states))) {
    await amend(deps, systemActor('status'), { id, version: null }, async (incident, _, tx) => ({
      ...observe(incident, await readStates(tx, numsOf(incident))),
      act: { action: 'incident.follow_components', detail: {} },
    }))
  }
}

const numsOf = ({ components }: Pick<IncidentSummary, 'components'>) => components.map((component) => component.num)

/** True when observing would change something. */
function isNews(incident: IncidentSummary, states: ReadonlyMap<number, ObservedStatus>): boolean {
  return observe(incident, states).happenings.length > 0
}
