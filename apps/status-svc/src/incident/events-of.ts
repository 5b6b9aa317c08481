import {
  incidentEvents,
  makeEvent,
  shownComponents,
  type EventOrigin,
  type IncidentEventData,
  type IncidentEventName,
} from '@akashic/events'
import type { OutgoingEvent } from '@akashic/shared/events'
import { toldImpactOf } from './impact.ts'
import { isOpen, type Happening, type Incident, type IncidentComponent } from './incident.ts'
import { isUpdateOverdue } from './wake.ts'

type UpdatedData = IncidentEventData<'updated'>

const iso = (ms: number): string => new Date(ms).toISOString()

const incidentEvent = <Name extends IncidentEventName>(
  name: Name,
  data: IncidentEventData<Name>,
  from: EventOrigin,
): OutgoingEvent => makeEvent(incidentEvents[name], { id: data.id, incidentId: data.id }, data, from)

/** The events of what happened to an incident, in the order in which others are to hear of it: that it was opened, its
 *  words, and then where it stands. An incident that is not public gives away no words. */
export function eventsOf(
  before: Incident | null,
  after: Incident,
  happenings: readonly Happening[],
  from: EventOrigin,
): readonly OutgoingEvent[] {
  const body = bodyOf(after)
  const events: OutgoingEvent[] = []
  if (before === null) events.push(incidentEvent('opened', body, from))
  for (const change of changesOf(after, happenings, from.nowMs)) {
    if (before === null && change.change !== 'published') continue
    events.push(incidentEvent('updated', { ...body, ...change }, from))
  }
  if (happenings.some(({ kind }) => kind === 'postmortem_published')) {
    events.push(incidentEvent('postmortem_published', { ...body, url: `/incidents/${after.id}` }, from))
  }
  if (before !== null && before.status !== after.status) events.push(standing(before, after, from))
  return events
}

function standing(before: Incident, after: Incident, from: EventOrigin): OutgoingEvent {
  const body = { ...bodyOf(after), oldStatus: before.status }
  if (after.status === 'resolved') {
    return incidentEvent('resolved', { ...body, resolvedAt: iso(after.resolvedAtMs ?? from.nowMs) }, from)
  }
  if (!isOpen(before) && isOpen(after)) {
    return incidentEvent('reopened', { ...body, reopenedCount: after.reopenedCount }, from)
  }
  return incidentEvent('status_changed', body, from)
}

function bodyOf(incident: Incident): IncidentEventData<'opened'> {
  const { id, status, visibility } = incident
  const core = { id, severity: `SEV-${incident.severity}` as const, status, visibility }
  if (visibility !== 'public') return core
  const components = rootsFirst(incident.components.filter((component) => component.visibility === 'public'))
  return {
    ...core,
    title: incident.title,
    impact: toldImpactOf(incident.components),
    components: components.slice(0, shownComponents).map(shown),
    componentCount: components.length,
    startedAt: iso(incident.startedAtMs),
    ...(incident.nextUpdateAtMs !== null && { nextUpdateAt: iso(incident.nextUpdateAtMs) }),
  }
}

const rootsFirst = (components: Incident['components']) =>
  components.toSorted((a, b) => Number(b.isRoot) - Number(a.isRoot))

const shown = ({ id, worstStatus, isRoot }: IncidentComponent) => ({ id, worstStatus, isRoot })

type Changed = Pick<UpdatedData, 'change' | 'update' | 'withdrawnUpdateId' | 'communicationsLead' | 'overdueSince'>

/** What `updated` events say of the happenings: of what has no words of its own, however often it happened, one. */
function changesOf(incident: Incident, happenings: readonly Happening[], nowMs: number): readonly Changed[] {
  const changes = happenings.flatMap((happening) => changeOf(incident, happening, nowMs) ?? [])
  const isWordless = ({ change }: Changed) => change === 'components' || change === 'checklist_overdue'
  return changes.filter(
    (change, i) => !isWordless(change) || changes.findIndex((other) => other.change === change.change) === i,
  )
}

/** What an `updated` event says of a happening; undefined for one of which others hear nothing. */
function changeOf(incident: Incident, { kind, body }: Happening, nowMs: number): Changed | undefined {
  const isPublic = incident.visibility === 'public'
  switch (kind) {
    case 'update_published':
      return { change: 'published', ...toldWords(incident, body['updateId']) }
    case 'update_edited':
      return body['state'] === 'published' ? { change: 'edited', ...toldWords(incident, body['updateId']) } : undefined
    case 'update_withdrawn':
      if (body['state'] !== 'published') return undefined
      return { change: 'withdrawn', ...(isPublic && { withdrawnUpdateId: String(body['updateId']) }) }
    case 'changed':
      return { change: 'changed' }
    case 'joined':
    case 'left':
    case 'component_changed':
    case 'recovered':
    case 'root_changed':
      return { change: 'components' }
    case 'role_assigned':
      return { change: 'roles' }
    case 'checklist_overdue':
      return { change: 'checklist_overdue' }
    case 'update_overdue':
      return { change: 'update_overdue', ...overdue(incident, nowMs) }
    default:
      return undefined
  }
}

function toldWords(incident: Incident, updateId: unknown): Pick<Changed, 'update'> {
  const found = incident.updates.find((update) => update.id === updateId)
  if (!found || found.publishedAtMs === null || incident.visibility !== 'public') return {}
  const { id, status, body, publishedAtMs } = found
  return { update: { id, status, body, publishedAt: iso(publishedAtMs) } }
}

function overdue(incident: Incident, nowMs: number): Partial<Changed> {
  const lead = incident.roles.find((role) => role.role === 'communications_lead')
  return {
    ...(lead && incident.visibility === 'public' && { communicationsLead: lead.person }),
    ...(isUpdateOverdue(incident, nowMs) && { overdueSince: iso(incident.nextUpdateAtMs!) }),
  }
}
