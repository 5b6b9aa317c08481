import type { Impact, Incident, IncidentComponent, IncidentStatus, IncidentUpdate } from './incident.ts'
import { toldImpactOf } from './impact.ts'
import { toldUpdates } from './told.ts'

/** An incident as the public may read it. */
export interface PublicIncident {
  readonly id: string
  readonly title: string
  readonly status: IncidentStatus
  readonly impact: Impact
  readonly startedAtMs: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly monitoringAtMs: number | null
  readonly resolvedAtMs: number | null
  readonly nextUpdateAtMs: number | null
  readonly components: readonly IncidentComponent[]
  /** Newest first. */
  readonly updates: readonly IncidentUpdate[]
  /** From the first red check to the first public word. */
  readonly firstWordAfterMs: number | null
}

/** What the public may read of an incident, all of it from what was published: the standing too, which may lag behind the
 *  operators'. Internal components and the names of people are left out. Null when nothing may be read. */
export function publicIncident(incident: Incident): PublicIncident | null {
  const told = toldUpdates(incident)
  const latest = told.at(-1)
  if (!latest) return null
  const components = incident.components.filter((component) => component.visibility === 'public')
  const shownIds = new Set(components.map((component) => component.id))
  const isOver = latest.status === 'resolved' || latest.status === 'postmortem'
  const { firstPublishedAtMs, startedAtMs } = incident
  return {
    id: incident.id,
    title: incident.title,
    status: latest.status,
    impact: toldImpactOf(incident.components),
    startedAtMs,
    createdAtMs: incident.openedAtMs,
    updatedAtMs: Math.max(...told.map((update) => update.updatedAtMs)),
    monitoringAtMs: sinceOf(told, ['monitoring', 'resolved', 'postmortem'], 'monitoring'),
    resolvedAtMs: sinceOf(told, ['resolved', 'postmortem'], 'resolved'),
    nextUpdateAtMs: isOver ? null : latest.nextUpdateAtMs,
    components,
    updates: told.map((update) => withoutInternals(update, shownIds)).reverse(),
    firstWordAfterMs: firstPublishedAtMs === null ? null : Math.max(0, firstPublishedAtMs - startedAtMs),
  }
}

/** When the public was first told `status` since it last was told anything but `lasting`; null when it was not. */
function sinceOf(
  told: readonly IncidentUpdate[],
  lasting: readonly IncidentStatus[],
  status: IncidentStatus,
): number | null {
  const before = told.findLastIndex((update) => !lasting.includes(update.status))
  return told.slice(before + 1).find((update) => update.status === status)?.publishedAtMs ?? null
}

function withoutInternals(update: IncidentUpdate, shownIds: ReadonlySet<string>): IncidentUpdate {
  return { ...update, author: '', affected: update.affected.filter(({ id }) => shownIds.has(id)) }
}
