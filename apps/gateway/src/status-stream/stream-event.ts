import type { PublicStatus } from '../public-status/public-view.ts'

/** What goes with the picture when an event is made. */
export interface Beside {
  readonly isStale: boolean
  readonly ageMs: number
  /** Moves when words changed, those of what is over included. */
  readonly toldVersion: number
}

/** The event that carries everything. */
export function snapshotEvent(id: string, view: PublicStatus, beside: Beside): Buffer {
  return eventBytes(id, 'snapshot', content(view, view.components, beside))
}

/** The event that carries what changed from `before` to `after`: of components those alone, the rest whole. */
export function changeEvent(id: string, before: PublicStatus, after: PublicStatus, beside: Beside): Buffer {
  const known = new Map(before.components.map((component) => [component.id, JSON.stringify(component)]))
  const components = after.components.filter((component) => known.get(component.id) !== JSON.stringify(component))
  const shown = new Set(after.components.map((component) => component.id))
  const removed = before.components.map((component) => component.id).filter((componentId) => !shown.has(componentId))
  return eventBytes(id, 'status', content(after, components, beside, removed))
}

/** Says that the stream lives and the picture still holds. It has no id, since it is not news. */
export const heartbeatEvent = Buffer.from('event: heartbeat\ndata: {}\n\n')

function content(
  { overall, overallSince, isBlind, activeIncidents, scheduledMaintenances, generatedAt }: PublicStatus,
  components: PublicStatus['components'],
  { isStale, ageMs, toldVersion }: Beside,
  removed: readonly string[] = [],
): object {
  return {
    ...{ overall, overallSince, isBlind, components },
    ...(removed.length > 0 ? { removed } : {}),
    ...{ activeIncidents, scheduledMaintenances, toldVersion },
    ...(isStale ? { stale: true, ageMs } : {}),
    generatedAt,
  }
}

function eventBytes(id: string, event: string, content: object): Buffer {
  return Buffer.from(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(content)}\n\n`)
}
