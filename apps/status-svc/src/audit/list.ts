import type { AuditPage, AuditQuery } from '@akashic/shared/audit'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { readAudit } from './audit.ts'
import { isNotRestricted } from './store.ts'

/** The audit of this service, newest first; of one subject when `subject` is not empty. What is restricted is there for
 *  responders alone. */
export function listAudit(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: AuditQuery,
): Promise<AuditPage> {
  return readAudit(db, query, roleIncludes(principal.role, 'responder') ? [] : [isNotRestricted])
}
