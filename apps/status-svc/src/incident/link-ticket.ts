import type { Actor } from '@akashic/shared/audit'
import { amend } from './amend.ts'
import { changeFields } from './change.ts'
import type { Incident } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { checkedLink } from './text.ts'

/** Keeps the link of the incident's ticket; empty takes it away. Idempotent and without a version, so that the webhook of a
 *  ticket system can say it: whoever says it last is believed.
 *  @throws OpsError as amend, invalid_argument for what is no link. */
export async function linkTicket(
  deps: IncidentDeps,
  actor: Actor,
  { id, url }: { readonly id: string; readonly url: string },
): Promise<Incident> {
  const ticketUrl = checkedLink('url', url)
  return amend(deps, actor, { id, version: null }, (before, nowMs) => ({
    ...changeFields(before, { ticketUrl }, nowMs),
    act: { action: 'incident.link_ticket', detail: { ticketUrl } },
  }))
}
