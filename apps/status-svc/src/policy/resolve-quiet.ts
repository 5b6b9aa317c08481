import type { Transaction } from '@akashic/shared/postgres'
import { isAnyFiring } from '../alert/alerts-of-incidents.ts'
import { affectedNow } from '../incident/affected.ts'
import { amend, type Amendment } from '../incident/amend.ts'
import { eachApart } from '../incident/each-apart.ts'
import { observeNow } from '../incident/follow-components.ts'
import { isImpaired } from '../incident/impact.ts'
import type { Incident, IncidentSummary } from '../incident/incident.ts'
import { policyActor, policyBehind, type PolicyDeps } from './policy-deps.ts'
import { react } from './react.ts'
import { speak } from './speak.ts'

/** Resolves the incidents that policies opened and that have been well for as long as these ask. What nobody can measure
 *  now may not be well: it waits. */
export async function resolveQuiet(deps: PolicyDeps, open: readonly IncidentSummary[], nowMs: number): Promise<void> {
  const due = open.filter((incident) => isDue(incident, nowMs) && policyBehind(deps.policies(), incident))
  const ids = due.map(({ id }) => id)
  await eachApart(deps.log, ids, (id) =>
    amend(deps, policyActor, { id, version: null }, (before, _, tx) => resolved(deps, tx, before, nowMs)),
  )
}

async function resolved(deps: PolicyDeps, tx: Transaction, before: Incident, nowMs: number): Promise<Amendment> {
  const act = { action: 'incident.resolve_by_policy', detail: {} }
  const policy = policyBehind(deps.policies(), before)
  const unchanged = { incident: before, happenings: [], act }
  if (!policy || !isDue(before, nowMs)) return unchanged
  const seen = await observeNow(tx, before)
  if (seen.happenings.length > 0) return { ...(await react(deps, tx, before, seen)), act }
  const affected = await affectedNow(tx, before)
  const isWell = affected.every(({ id, newStatus }) => isWellNow(before, id, newStatus))
  if (!isWell || (await isAnyFiring(tx, before))) return unchanged
  return { ...speak(policy, before, 'resolved', 'resolved', affected, deps.clock.now()), act }
}

function isDue({ status, resolveAtMs }: Pick<Incident, 'status' | 'resolveAtMs'>, nowMs: number): boolean {
  return status === 'monitoring' && resolveAtMs !== null && resolveAtMs <= nowMs
}

/** A component that was never red here is in it for an alert's sake: the alert tells how it is. */
function isWellNow({ components }: Incident, id: string, status: string): boolean {
  const isNeverRed = components.some((component) => component.id === id && !isImpaired(component.worstStatus))
  return isNeverRed || status === 'operational' || status === 'maintenance'
}
