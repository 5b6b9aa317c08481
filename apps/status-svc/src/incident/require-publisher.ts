import { OpsError } from '@akashic/shared/errors'
import type { Principal } from '@akashic/shared/identity'

/** Words go public by a person's act, or by this service's own where a policy says so.
 *  @throws OpsError permission_denied for another service. */
export function requirePublisher(principal: Principal): void {
  if (principal.kind === 'person' || principal.id === 'system:status') return
  throw new OpsError('permission_denied', `${principal.name} is a service: a person makes words public.`)
}
