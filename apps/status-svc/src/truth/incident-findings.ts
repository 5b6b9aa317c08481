import type { IncidentSummary } from '../incident/incident.ts'
import type { ObservedStatus } from '../incident/observe.ts'
import { isUpdateOverdue } from '../incident/wake.ts'
import type { Finding, IncidentSubject } from './finding.ts'

const minuteMs = 60_000

/** How long an incident may stay open though everything in it is well. While it is `monitoring` the public knows that it
 *  works and is watched. */
export const openWithinMs = 15 * minuteMs
export const monitoringWithinMs = 60 * minuteMs

/** An incident that is over, while the public still reads that it is not. */
export interface UntoldEnd {
  readonly incident: IncidentSubject & { readonly title: string }
  readonly toldStatus: string
  readonly resolvedAtMs: number
}

/** Open incidents of which the public was promised word by now, the first word included. */
export function updateOverdue(open: readonly IncidentSummary[], nowMs: number): Finding[] {
  return open
    .filter((incident) => incident.visibility === 'public' && isUpdateOverdue(incident, nowMs))
    .map((incident) => ({
      kind: 'update_overdue',
      subject: subjectOf(incident),
      sinceMs: incident.nextUpdateAtMs!,
      summary:
        incident.firstPublishedAtMs === null
          ? `The public was told nothing of ${quoted(incident)} yet; the first word was due ${hourOf(incident.nextUpdateAtMs!)}.`
          : `The public was promised word of ${quoted(incident)} by ${hourOf(incident.nextUpdateAtMs!)}.`,
    }))
}

/** Open incidents whose components, each of those that still are, have all been operational for 15 minutes; for an hour
 *  while the incident is monitoring. One without components says nothing; what is unknown, maintained or flapping has not
 *  recovered.
 *  @param states what the components are now, by number */
export function openThoughRecovered(
  open: readonly IncidentSummary[],
  states: ReadonlyMap<number, ObservedStatus>,
  nowMs: number,
): Finding[] {
  return open.flatMap((incident) => {
    const now = incident.components.flatMap(({ num }) => states.get(num) ?? [])
    if (now.length === 0 || now.some(({ status }) => status !== 'operational')) return []
    const joinedMs = incident.components.map(({ joinedAtMs }) => joinedAtMs)
    const sinceMs = Math.max(incident.openedAtMs, ...joinedMs, ...now.map((state) => state.sinceMs))
    const withinMs = incident.status === 'monitoring' ? monitoringWithinMs : openWithinMs
    if (nowMs - sinceMs < withinMs) return []
    const summary = `${quoted(incident)} is ${incident.status}, though everything in it is operational.`
    return [{ kind: 'open_though_recovered' as const, subject: subjectOf(incident), sinceMs, summary }]
  })
}

/** Incidents that were resolved 15 minutes ago or longer, while the public still reads that they are open. */
export function resolvedUntold(ends: readonly UntoldEnd[], nowMs: number): Finding[] {
  return ends
    .filter(({ resolvedAtMs }) => nowMs - resolvedAtMs >= openWithinMs)
    .map(({ incident, toldStatus, resolvedAtMs }) => ({
      kind: 'open_though_recovered',
      subject: subjectOf(incident),
      sinceMs: resolvedAtMs,
      summary: `${quoted(incident)} is resolved, and the public still reads that it is ${toldStatus}.`,
    }))
}

const subjectOf = ({ num, id, visibility }: Omit<IncidentSubject, 'kind'>): IncidentSubject => ({
  ...{ kind: 'incident', num, id, visibility },
})

const quoted = ({ title }: { readonly title: string }): string => `"${title}"`

const hourOf = (ms: number): string => `${new Date(ms).toISOString().slice(11, 16)} UTC`
