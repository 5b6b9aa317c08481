import type { IncidentPolicy } from '@akashic/config'
import { changeFields } from '../incident/change.ts'
import { inTurn } from '../incident/in-turn.ts'
import type { AffectedComponent, Change, Incident } from '../incident/incident.ts'
import { edit, publish, withUpdate } from '../incident/words.ts'
import { isOwnDraft, isPublished } from './speak.ts'
import { bodyOf, measureOf, titleOf, type Measure, type Told } from './words.ts'

/** The incident with what its policy said of it put right after other components joined; `affected` is how they all are
 *  now. Words that a person has touched, or that the public has read, stay. One that was internal because all its components were becomes what the policy says. */
export function renew(
  policy: IncidentPolicy,
  before: Incident,
  after: Incident,
  affected: readonly AffectedComponent[],
  nowMs: number,
): Change {
  if (after.components === before.components) return { incident: after, happenings: [] }
  const isTitleOurs = measures(before).some((measure) => titleOf(policy, before, measure) === after.title)
  const fields = {
    ...(isTitleOurs && { title: titleOf(policy, after) }),
    ...(isShownNow(policy, before, after) && { visibility: 'public' as const }),
  }
  const draft = after.updates.findLast((update) => isOwnDraft(update) && update.status === 'investigating')
  const rules = [(incident: Incident) => changeFields(incident, fields, nowMs)]
  if (draft) {
    const words = draft.id === after.updates[0]?.id ? 'body' : 'relapsed'
    rules.push((incident) => ({ incident: withUpdate(incident, { ...draft, affected }), happenings: [] }))
    // No later than it was written, since it is still ours alone.
    rules.push((incident) => edit(incident, draft.id, bodyOf(policy, words, incident), draft.createdAtMs))
    rules.push((incident) =>
      isPublished(policy, incident) ? publish(incident, draft.id, nowMs) : { incident, happenings: [] },
    )
  }
  return inTurn(after, ...rules)
}

function isShownNow({ visibility }: IncidentPolicy, before: Incident, after: Incident): boolean {
  const isShown = (incident: Incident) => incident.components.some((component) => component.visibility === 'public')
  return visibility === 'public' && before.visibility === 'internal' && !isShown(before) && isShown(after)
}

/** How bad it may have been when the words were made; it may have become worse since. */
function measures(told: Told): readonly Measure[] {
  const now = measureOf(told)
  const statuses = ['operational', 'degraded', 'partial_outage', 'outage', now.status] as const
  return statuses.flatMap((status) => (['major', 'critical'] as const).map((impact) => ({ status, impact })))
}
