import type { PublicStatus } from '../public-status/public-view.ts'

/** How fresh the picture is when an event is made. */
export interface Freshness {
  readonly isStale: boolean
  readonly ageMs: number
}

/** The event that carries everything. */
export function snapshotEvent(id: string, view: PublicStatus, freshness: Freshness): Buffer {
  const { overall, overallSince, isBlind, components, generatedAt } = view
  return eventBytes(id, 'snapshot', {
    overall,
    overallSince,
    isBlind,
    components,
    ...staleness(freshness),
    generatedAt,
  })
}

/** The event that carries what changed from `before` to `after`. */
export function changeEvent(id: string, before: PublicStatus, after: PublicStatus, freshness: Freshness): Buffer {
  const known = new Map(before.components.map((component) => [component.id, JSON.stringify(component)]))
  const components = after.components.filter((component) => known.get(component.id) !== JSON.stringify(component))
  const shown = new Set(after.components.map((component) => component.id))
  const removed = before.components.map((component) => component.id).filter((componentId) => !shown.has(componentId))
  const { overall, overallSince, isBlind, generatedAt } = after
  return eventBytes(id, 'status', {
    overall,
    overallSince,
    isBlind,
    components,
    ...(removed.length > 0 ? { removed } : {}),
    ...staleness(freshness),
    generatedAt,
  })
}

/** Says that the stream lives and the picture still holds. It has no id, since it is not news. */
export const heartbeatEvent = Buffer.from('event: heartbeat\ndata: {}\n\n')

function staleness({ isStale, ageMs }: Freshness): { stale?: true; ageMs?: number } {
  return isStale ? { stale: true, ageMs } : {}
}

function eventBytes(id: string, event: string, content: object): Buffer {
  return Buffer.from(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(content)}\n\n`)
}
