import { OpsError } from '@akashic/shared/errors'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable, Transaction } from '@akashic/shared/postgres'
import { mayTouch, requireScope } from '@akashic/shared/access'
import type { Incident, IncidentSummary } from './incident.ts'
import { readOne } from './store.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** True when `id` has the form of an incident's id. */
export const isIncidentId = (id: string): boolean => uuid.test(id)

/** True when the principal may know of the incident. */
export function mayRead(principal: Principal, incident: Pick<IncidentSummary, 'visibility' | 'components'>): boolean {
  if (incident.visibility === 'restricted' && !roleIncludes(principal.role, 'responder')) return false
  return principal.scope === undefined || incident.components.some(({ id }) => mayTouch(principal, id))
}

/** @throws OpsError not_found, also when the principal may not know that there is such an incident. */
export async function readIncident(db: Queryable, principal: Principal, id: string, lock = false): Promise<Incident> {
  const incident = isIncidentId(id) ? await readOne(db, id, lock) : undefined
  if (incident && mayRead(principal, incident)) return incident
  throw new OpsError('not_found', `There is no incident ${id}.`)
}

/** Locks an incident for change by `principal`, who knows it as `version`; null: at whatever version it is.
 *  @throws OpsError not_found, permission_denied, or aborted with the current version. */
export async function claimIncident(
  tx: Transaction,
  principal: Principal,
  id: string,
  version: number | null,
): Promise<Incident> {
  const incident = await readIncident(tx, principal, id, true)
  for (const component of incident.components) requireScope(principal, component.id)
  if (version === null || version === incident.version) return incident
  throw new OpsError('aborted', `The incident ${id} is at version ${incident.version}, not ${version}.`, {
    extra: { current: { id, version: incident.version, status: incident.status, title: incident.title } },
  })
}
