import type { Actor } from '@akashic/shared/audit'
import { amend, type Known } from './amend.ts'
import type { Incident } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { requirePublisher } from './require-publisher.ts'
import { publish } from './words.ts'

/** Makes a draft public. Idempotent.
 *  @throws OpsError as amend and `publish`, permission_denied for a service. */
export async function publishUpdate(
  deps: IncidentDeps,
  actor: Actor,
  { updateId, ...known }: Known & { readonly updateId: string },
): Promise<Incident> {
  requirePublisher(actor.principal)
  return amend(deps, actor, known, (incident, nowMs) => ({
    ...publish(incident, updateId, nowMs),
    act: { action: 'incident.publish', detail: { updateId } },
  }))
}
