import { OpsError } from '@akashic/shared/errors'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable, Transaction } from '@akashic/shared/postgres'
import { mayTouch, requireScope } from '@akashic/shared/access'
import { isIncidentId } from '../incident/claim-incident.ts'
import type { Maintenance } from './maintenance.ts'
import { readOne } from './store.ts'

function mayRead(principal: Principal, { visibility, components }: Maintenance): boolean {
  if (visibility === 'restricted' && !roleIncludes(principal.role, 'responder')) return false
  return principal.scope === undefined || components.some(({ id }) => mayTouch(principal, id))
}

/** @throws OpsError not_found, also when the principal may not know that there is such a maintenance. */
export async function readMaintenance(
  db: Queryable,
  principal: Principal,
  id: string,
  lock = false,
): Promise<Maintenance> {
  const maintenance = isIncidentId(id) ? await readOne(db, id, lock) : undefined
  if (maintenance && mayRead(principal, maintenance)) return maintenance
  throw new OpsError('not_found', `There is no maintenance ${id}.`)
}

/** Locks a maintenance for change by `principal`, who knows it as `version`.
 *  @throws OpsError not_found, permission_denied, or aborted with the current version. */
export async function claimMaintenance(
  tx: Transaction,
  principal: Principal,
  id: string,
  version: number,
): Promise<Maintenance> {
  const maintenance = await readMaintenance(tx, principal, id, true)
  for (const component of maintenance.components) requireScope(principal, component.id)
  if (version === maintenance.version) return maintenance
  const { status, title } = maintenance
  throw new OpsError('aborted', `The maintenance ${id} is at version ${maintenance.version}, not ${version}.`, {
    extra: { current: { id, version: maintenance.version, status, title } },
  })
}
