import { systemActor } from '@akashic/shared/audit'
import type { Transaction } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { readStates } from '../status/ledger.ts'
import { amend } from './amend.ts'
import { eachApart } from './each-apart.ts'
import type { Change, Incident, IncidentSummary } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { observe, type ObservedStatus } from './observe.ts'
import { readOpen } from './store.ts'

/** What follows when something about an incident's components changed, in the transaction that sees it. */
export type Reaction = (tx: Transaction, before: Incident, observed: Change) => Promise<Change>

/** Brings every open incident up to date with what its components are now. @returns the open incidents, oldest first. */
export async function followComponents(
  deps: IncidentDeps & { readonly log: Logger },
  react: Reaction = async (_tx, _before, observed) => observed,
): Promise<readonly IncidentSummary[]> {
  const open = await readOpen(deps.db)
  const nums = [...new Set(open.flatMap(numsOf))]
  if (nums.length === 0) return open
  const states = await readStates(deps.db, nums)
  const followed = new Map<string, Incident>()
  const news = open.filter((incident) => isNews(incident, states)).map(({ id }) => id)
  await eachApart(deps.log, news, async (id) => {
    const incident = await amend(deps, systemActor('status'), { id, version: null }, async (before, _, tx) => ({
      ...(await react(tx, before, await observeNow(tx, before))),
      act: { action: 'incident.follow_components', detail: {} },
    }))
    followed.set(id, incident)
  })
  return open.map((incident) => followed.get(incident.id) ?? incident)
}

/** The incident after its components were seen as they are now. */
export async function observeNow(tx: Transaction, incident: Incident): Promise<Change> {
  return observe(incident, await readStates(tx, numsOf(incident)))
}

const numsOf = ({ components }: Pick<IncidentSummary, 'components'>) => components.map((component) => component.num)

/** True when observing would change something. */
function isNews(incident: IncidentSummary, states: ReadonlyMap<number, ObservedStatus>): boolean {
  return observe(incident, states).happenings.length > 0
}
