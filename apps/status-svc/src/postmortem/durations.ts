import type { Incident } from '../incident/incident.ts'
import type { TimelineEntry } from '../timeline/entry.ts'

export interface NamedDuration {
  readonly name: 'detect' | 'acknowledge' | 'mitigate' | 'resolve' | 'first_public_word'
  readonly fromMs: number
  /** Null while it lasts. */
  readonly toMs: number | null
}

/** How long things took, each with its two ends, none ending before it began: from the beginning of the trouble to the
 *  incident's opening (detect), to the moment when the users' pain was over (mitigate: monitoring, or the end where
 *  nobody monitored), to the end (resolve) and to the first public word; and from the opening to a person's first act
 *  (acknowledge). */
export function namedDurations(
  incident: Pick<Incident, 'startedAtMs' | 'openedAtMs' | 'monitoringAtMs' | 'resolvedAtMs' | 'firstPublishedAtMs'>,
  timeline: readonly Pick<TimelineEntry, 'actor' | 'atMs'>[],
): readonly NamedDuration[] {
  const { startedAtMs, openedAtMs, monitoringAtMs, resolvedAtMs, firstPublishedAtMs } = incident
  const firstAct = timeline.find((entry) => entry.actor.startsWith('person:'))
  return [
    { name: 'detect', fromMs: startedAtMs, toMs: openedAtMs },
    { name: 'acknowledge', fromMs: openedAtMs, toMs: firstAct?.atMs ?? null },
    { name: 'mitigate', fromMs: startedAtMs, toMs: monitoringAtMs ?? resolvedAtMs },
    { name: 'resolve', fromMs: startedAtMs, toMs: resolvedAtMs },
    { name: 'first_public_word', fromMs: startedAtMs, toMs: firstPublishedAtMs },
  ]
}
