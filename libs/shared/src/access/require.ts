import { OpsError } from '../errors/index.ts'
import { roleIncludes, type Principal, type Role } from '../identity/index.ts'

/** @throws OpsError permission_denied when the principal's role does not include `needed`. */
export function requireRole(principal: Principal, needed: Role): void {
  if (roleIncludes(principal.role, needed)) return
  throw new OpsError('permission_denied', `This needs role ${needed}; ${principal.name} has ${principal.role}.`)
}

/** True when the principal may see and change the component. */
export function mayTouch(principal: Principal, componentId: string): boolean {
  return principal.scope === undefined || principal.scope.includes(componentId)
}

/** @throws OpsError permission_denied when the principal is limited to other components. */
export function requireScope(principal: Principal, componentId: string): void {
  if (mayTouch(principal, componentId)) return
  throw new OpsError('permission_denied', `${principal.name} is limited to other components than ${componentId}.`)
}
