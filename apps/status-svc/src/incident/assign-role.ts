import type { Actor } from '@akashic/shared/audit'
import { amend, type Known } from './amend.ts'
import { incidentRoles, type Change, type Incident, type IncidentRole } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { checkedBody, refuse } from './text.ts'

const longestName = 200

/** Gives a role in the incident to a person, or takes it away when `person` is empty.
 *  @throws OpsError as amend, invalid_argument for a role that there is not. */
export async function assignRole(
  deps: IncidentDeps,
  actor: Actor,
  request: Known & { readonly role: string; readonly person: string },
): Promise<Incident> {
  const role = incidentRoles.find((known) => known === request.role)
  if (!role) return refuse('role', `must be one of ${incidentRoles.join(', ')}`)
  const person = checkedBody('person', request.person, longestName)
  return amend(deps, actor, request, (incident, nowMs) => ({
    ...assigned(incident, role, person, nowMs),
    act: { action: 'incident.assign_role', detail: { role, person } },
  }))
}

/** The incident with `person` in `role`, or nobody when `person` is empty. */
export function assigned(incident: Incident, role: IncidentRole, person: string, nowMs: number): Change {
  const before = incident.roles.find((assignment) => assignment.role === role)?.person ?? ''
  if (before === person) return { incident, happenings: [] }
  const others = incident.roles.filter((assignment) => assignment.role !== role)
  const roles = person === '' ? others : [...others, { role, person, sinceMs: nowMs }]
  return { incident: { ...incident, roles }, happenings: [{ kind: 'role_assigned', body: { role, person, before } }] }
}
