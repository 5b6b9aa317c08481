import type { Actor } from '@akashic/shared/audit'
import { amend, type Known } from './amend.ts'
import type { Incident } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { checkedBody } from './text.ts'
import { edit } from './words.ts'

/** Changes the words of an update; what they were stays in the timeline.
 *  @throws OpsError as amend and `edit`. */
export async function editUpdate(
  deps: IncidentDeps,
  actor: Actor,
  { updateId, body, ...known }: Known & { readonly updateId: string; readonly body: string },
): Promise<Incident> {
  const words = checkedBody('body', body)
  return amend(deps, actor, known, (incident, nowMs) => ({
    ...edit(incident, updateId, words, nowMs),
    act: { action: 'incident.edit_update', detail: { updateId } },
  }))
}
