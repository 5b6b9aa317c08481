import { createHash } from 'node:crypto'
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
  const hidden = incident && incident.visibility !== 'public' ? `an incident that is ${incident.visibility}` : null
  const isInternal = component?.visibility === 'internal'
  const about = hidden ?? (isInternal ? 'a component that is internal' : null)
  const isOpenly = about === null
  return {
    ...{ id, source, severity },
    fingerprint: isOpenly ? fingerprint : digestOf(fingerprint),
    summary: isOpenly ? alert.summary : `Alert about ${about}.`,
    ...(incident && { incidentVisibility: incident.visibility }),
    ...(isOpenly && component && { componentId: component.id }),
    ...(assignee && {
      assignee: { role: assignee.role, ...(isOpenly && assignee.person !== null && { person: assignee.person }) },
    }),
    firedAt: iso(alert.firedAtMs),
  }
}

/** The same for the same alert, and nothing else. */
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

const iso = (ms: number): string => new Date(ms).toISOString()
