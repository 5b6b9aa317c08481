import type { Actor } from '../audit/index.ts'
import type { Role } from '../identity/index.ts'
import { unary, type RpcCall, type UnaryHandler } from '../rpc/index.ts'
import { requireRole } from './require.ts'

export interface Started {
  /** @throws OpsError unavailable until the service has read what it must know. */
  readonly assertStarted: () => void
}

/** A method for principals whose role includes `role`, answered once the service has started. */
export function forRole<Request, Response extends object>(
  { assertStarted }: Started,
  role: Role,
  run: (request: Request, call: RpcCall) => Promise<Response>,
): UnaryHandler {
  return unary<Request, Response>(async (request, call) => {
    requireRole(call.principal, role)
    assertStarted()
    return run(request, call)
  })
}

/** Who calls, for the audit. */
export const actorOf = ({ principal, requestId }: RpcCall): Actor => ({ principal, requestId })
