import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { requireRole } from '@akashic/shared/access'
import { amend, type Known } from './amend.ts'
import type { Change, Incident, IncidentVisibility, Severity } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { findComponents, join, joining, leave } from './join.ts'
import { nextPromiseMs } from './promise.ts'
import { requirePublisher } from './require-publisher.ts'
import { checkedLink, checkedTitle } from './text.ts'

export interface ChangeIncident extends Known {
  /** What is undefined stays as it is. */
  readonly title?: string | undefined
  readonly severity?: Severity | undefined
  readonly visibility?: IncidentVisibility | undefined
  /** Empty takes the link away. */
  readonly ticketUrl?: string | undefined
  readonly addComponentIds: readonly string[]
  readonly removeComponentIds: readonly string[]
}

/** Changes what is not a transition.
 *  @throws OpsError as amend, invalid_argument, permission_denied for a visibility that the actor may not give. */
export async function changeIncident(deps: IncidentDeps, actor: Actor, request: ChangeIncident): Promise<Incident> {
  return amend(deps, actor, request, async (before, nowMs, tx) => {
    const found = await findComponents(deps, tx, actor.principal, request.addComponentIds, 'addComponentIds')
    requireMembers(before, request.removeComponentIds)
    const left = leave(before, request.removeComponentIds)
    const joined = join(
      left.incident,
      found.map((component) => joining(component, null, nowMs)),
    )
    const fields = changeFields(joined.incident, checked(request), nowMs)
    if (fields.incident.visibility !== before.visibility) requireVisibility(actor, before, fields.incident.visibility)
    const happenings = [...left.happenings, ...joined.happenings, ...fields.happenings]
    const detail = Object.assign({}, ...happenings.map(({ kind, body }) => ({ [kind]: body }))) as object
    return { incident: fields.incident, happenings, act: { action: 'incident.change', detail: { ...detail } } }
  })
}

type Fields = Pick<Incident, 'title' | 'severity' | 'visibility' | 'ticketUrl'>

function checked({ title, severity, visibility, ticketUrl }: ChangeIncident): Partial<Fields> {
  return {
    ...(title !== undefined && { title: checkedTitle('title', title) }),
    ...(severity !== undefined && { severity }),
    ...(visibility !== undefined && { visibility }),
    ...(ticketUrl !== undefined && { ticketUrl: checkedLink('ticketUrl', ticketUrl) }),
  }
}

/** The incident with other fields. One that becomes public owes the public a word; one that no longer is owes none. */
export function changeFields(incident: Incident, fields: Partial<Fields>, nowMs: number): Change {
  const changed = (Object.keys(fields) as (keyof Fields)[]).filter((key) => fields[key] !== incident[key])
  if (changed.length === 0) return { incident, happenings: [] }
  const next = { ...incident, ...fields }
  const nextUpdateAtMs = changed.includes('visibility') ? nextPromiseMs(next, nowMs) : next.nextUpdateAtMs
  const body = Object.fromEntries(changed.map((key) => [key, { from: incident[key], to: next[key] }]))
  return { incident: { ...next, nextUpdateAtMs }, happenings: [{ kind: 'changed', body }] }
}

function requireVisibility({ principal }: Actor, before: Incident, visibility: IncidentVisibility): void {
  if (visibility === 'restricted' || before.visibility === 'restricted') requireRole(principal, 'responder')
  if (visibility === 'public') requirePublisher(principal)
}

function requireMembers({ components }: Incident, ids: readonly string[]): void {
  const at = ids.findIndex((id) => !components.some((component) => component.id === id))
  if (at < 0) return
  throw new OpsError('invalid_argument', `${ids[at]} is no component of the incident.`, {
    fields: [{ pointer: `/removeComponentIds/${at}`, detail: 'is no component of the incident' }],
  })
}
