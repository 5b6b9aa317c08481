import type { IncidentPolicy } from '@akashic/config'
import { uuidv7 } from '@akashic/shared/ids'
import type { AffectedComponent, Change, Incident, IncidentStatus, IncidentUpdate } from '../incident/incident.ts'
import { inTurn } from '../incident/in-turn.ts'
import { say, withdraw } from '../incident/words.ts'
import { policyActor } from './policy-deps.ts'
import { bodyOf, type Words } from './words.ts'

/** The incident moved to `status`, with words of the policy: none, a draft, or public at once, as it says. Of an incident
 *  that is not public nothing is published. Drafts that the policy wrote before, and that nobody touched, are dropped: what
 *  they say is true no more. */
export function speak(
  policy: IncidentPolicy,
  incident: Incident,
  words: Words,
  status: IncidentStatus,
  affected: readonly AffectedComponent[],
  nowMs: number,
): Change {
  const isSilent = policy.publish === 'never'
  const update = {
    id: uuidv7(nowMs),
    status,
    body: isSilent ? '' : bodyOf(policy, words, incident),
    publish: isPublished(policy, incident),
    nextUpdateAtMs: null,
    author: policyActor.principal.name,
    affected,
  }
  const outdated = incident.updates.filter(isOwnDraft)
  return inTurn(
    incident,
    ...outdated.map(
      ({ id }) =>
        (before: Incident) =>
          withdraw(before, id, 'later words took its place', nowMs),
    ),
    (before) => say(before, update, nowMs),
  )
}

/** True of a draft of ours that no person has edited. */
export function isOwnDraft({ state, author, createdAtMs, updatedAtMs }: IncidentUpdate): boolean {
  return state === 'draft' && author === policyActor.principal.name && updatedAtMs === createdAtMs
}

/** True when the words of the policy are public at once. */
export function isPublished({ publish }: IncidentPolicy, { visibility }: Pick<Incident, 'visibility'>): boolean {
  return publish === 'auto' && visibility === 'public'
}
