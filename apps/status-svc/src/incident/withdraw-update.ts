import type { Actor } from '@akashic/shared/audit'
import { amend, type Known } from './amend.ts'
import type { Incident } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { checkedTitle } from './text.ts'
import { withdraw } from './words.ts'

/** Takes an update back, or drops a draft; its words stay in the timeline with the reason. Idempotent.
 *  @throws OpsError as amend, invalid_argument without a reason. */
export async function withdrawUpdate(
  deps: IncidentDeps,
  actor: Actor,
  request: Known & { readonly updateId: string; readonly reason: string },
): Promise<Incident> {
  const { updateId } = request
  const reason = checkedTitle('reason', request.reason)
  return amend(deps, actor, request, (incident, nowMs) => ({
    ...withdraw(incident, updateId, reason, nowMs),
    act: { action: 'incident.withdraw_update', detail: { updateId, reason } },
  }))
}
