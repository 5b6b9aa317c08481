import type { Incident, IncidentStatus, IncidentUpdate } from './incident.ts'

/** The updates that the public reads, in the order in which they were published: none unless the incident is public. */
export function toldUpdates({
  visibility,
  updates,
}: Pick<Incident, 'visibility' | 'updates'>): readonly IncidentUpdate[] {
  if (visibility !== 'public') return []
  return updates
    .filter((update) => update.state === 'published')
    .toSorted((one, other) => (one.publishedAtMs ?? 0) - (other.publishedAtMs ?? 0))
}

/** Status as the public was told, which may lag behind the operators' while words are drafts; null while it was told
 *  nothing. */
export function toldStatus(incident: Pick<Incident, 'visibility' | 'updates'>): IncidentStatus | null {
  return toldUpdates(incident).at(-1)?.status ?? null
}
