import { alertEvents, makeEvent, type EventOrigin } from '@akashic/events'
import type { OutgoingEvent } from '@akashic/shared/events'
import type { Alert } from './alert.ts'

/** The event that an alert fires, or fires no more. Of an incident that is not public, and of an internal component, it
 *  gives nothing away. */
export function alertEvent(alert: Alert, origin: EventOrigin): OutgoingEvent {
  const subject = { id: alert.id, incidentId: alert.incident?.id ?? null }
  const data = eventData(alert)
  if (alert.resolvedAtMs === null) return makeEvent(alertEvents.fired, subject, data, origin)
  return makeEvent(alertEvents.resolved, subject, { ...data, resolvedAt: iso(alert.resolvedAtMs) }, origin)
}

function eventData(alert: Alert) {
  const { id, source, fingerprint, severity, component, incident, assignee } = alert
  const isOpenly = incident === null || incident.visibility === 'public'
  return {
    ...{ id, source, fingerprint, severity },
    summary: isOpenly ? alert.summary : `Alert about an incident that is ${incident.visibility}.`,
    ...(incident && { incidentVisibility: incident.visibility }),
    ...(isOpenly && component?.visibility === 'public' && { componentId: component.id }),
    ...(assignee && {
      assignee: { role: assignee.role, ...(isOpenly && assignee.person !== null && { person: assignee.person }) },
    }),
    firedAt: iso(alert.firedAtMs),
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()
