import type { StatusPageModel } from '@akashic/status-page'
import type { KnownUptime } from '../live-status/uptime-board.ts'
import type { Snapshot, SnapshotComponent } from '../live-status/snapshot.ts'
import type { Told } from '../told/told.ts'
import { feeds } from './site.ts'
import { toldModel } from './told-model.ts'

/** Components drawn on the page; beyond that a page is a list, and `/status` is the better one. */
export const maxDrawn = 500

export interface PageFacts {
  readonly page: { readonly title: string; readonly url?: string }
  readonly snapshot: Snapshot
  readonly uptimes: ReadonlyMap<string, KnownUptime>
  readonly told: Told
  readonly nowMs: number
  /** Null while the picture is live. */
  readonly staleForMs: number | null
}

/** The public components, in the order of the page. */
export const drawnComponents = (snapshot: Snapshot): SnapshotComponent[] =>
  snapshot.components.filter((component) => component.visibility === 'public').slice(0, maxDrawn)

/** What the status page shows: public components only, and no cause that is internal. */
export function pageModel({ page, snapshot, uptimes, told, nowMs, staleForMs }: PageFacts): StatusPageModel {
  const drawn = drawnComponents(snapshot)
  const names = new Map(drawn.map(({ id, name }) => [id, name]))
  return {
    page,
    nowMs,
    generatedAtMs: snapshot.generatedAtMs,
    ...(staleForMs === null ? {} : { staleForMs }),
    overall: snapshot.overall,
    overallSinceMs: snapshot.overallSinceMs,
    isBlind: snapshot.isBlind,
    components: drawn.map((component) => pageComponent(component, names, uptimes.get(component.id))),
    told: toldModel(told, names),
    feeds,
  }
}

function pageComponent(
  component: SnapshotComponent,
  names: ReadonlyMap<string, string>,
  known: KnownUptime | undefined,
): StatusPageModel['components'][number] {
  const { id, name, group, description, status, sinceMs, causedBy } = component
  const causeName = causedBy === null ? undefined : names.get(causedBy)
  return {
    id,
    name,
    group,
    description,
    status,
    sinceMs,
    ...(component.responseTimeMs === null ? {} : { responseTimeMs: component.responseTimeMs }),
    ...(component.lastCheckedMs === null ? {} : { lastCheckedMs: component.lastCheckedMs }),
    ...(component.error === null ? {} : { error: component.error }),
    ...(causedBy !== null && causeName !== undefined ? { causedBy: { id: causedBy, name: causeName } } : {}),
    ...(component.flappingSinceMs === null ? {} : { flappingSinceMs: component.flappingSinceMs }),
    uptime90d: known?.uptime.windows?.last90d?.ratio ?? null,
    days: known?.uptime.days ?? [],
    responseTimes: known?.uptime.responseTimes ?? [],
  }
}
