import type { Transaction } from '@akashic/shared/postgres'
import { relinkAlerts } from '../alert/alerts-of-incidents.ts'
import { amendIn } from '../incident/amend.ts'
import { claimIncident } from '../incident/claim-incident.ts'
import { inTurn } from '../incident/in-turn.ts'
import { isOpen, type Incident, type IncidentComponent } from '../incident/incident.ts'
import { join, leave } from '../incident/join.ts'
import { moveTo } from '../incident/transition.ts'
import type { Step } from './plan.ts'
import { policyActor, type PolicyDeps } from './policy-deps.ts'
import { renewedByPolicy } from './renewed-by-policy.ts'

/** Moves the components and alerts of the younger incident, of which the public has read nothing, to the older one, and
 *  resolves it; nothing when the older one is over meanwhile. Each names the other in its timeline. */
export async function mergeIncidents(
  deps: PolicyDeps,
  tx: Transaction,
  { older, younger }: Extract<Step, { readonly kind: 'merge' }>,
): Promise<void> {
  if (!isOpen(await claimIncident(tx, policyActor.principal, older.id, null))) return
  let moved: readonly IncidentComponent[] = []
  await amendIn(deps, tx, policyActor, { id: younger.id, version: null }, (before, nowMs) => {
    const act = { action: 'incident.merge', detail: { into: older.id } }
    if (!isOpen(before) || before.firstPublishedAtMs !== null) return { incident: before, happenings: [], act }
    moved = before.components
    const merged = inTurn(
      before,
      (one) => noted(one, { into: older.id }),
      (one) =>
        leave(
          one,
          one.components.map(({ id }) => id),
        ),
      (one) => moveTo(one, 'resolved', nowMs),
    )
    return { ...merged, act }
  })
  if (moved.length === 0) return
  await relinkAlerts(tx, younger.num, older.num)
  await amendIn(deps, tx, policyActor, { id: older.id, version: null }, async (before) => {
    const merged = inTurn(
      before,
      (one) => noted(one, { from: younger.id }),
      (one) => join(one, moved),
    )
    const renewed = await renewedByPolicy(deps, tx, before, merged.incident)
    const happenings = [...merged.happenings, ...renewed.happenings]
    return { incident: renewed.incident, happenings, act: { action: 'incident.merge', detail: { from: younger.id } } }
  })
}

const noted = (incident: Incident, body: Readonly<Record<string, string>>) => ({
  incident,
  happenings: [{ kind: 'merged' as const, body }],
})
