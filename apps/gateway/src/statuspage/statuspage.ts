import type { Clock } from '@akashic/shared/clock'
import type { LiveStatus } from '../live-status/live-status.ts'
import type { Snapshot } from '../live-status/snapshot.ts'
import type { PublicPage } from '../public-address.ts'
import { isUnderWay, isUnresolved, isUpcoming } from '../told/told.ts'
import type { Told } from '../told/told.ts'
import { componentRows } from './component.ts'
import type { ComponentRow, GroupRow } from './component.ts'
import { incidentRow } from './incident.ts'
import type { IncidentRow } from './incident.ts'
import { measured } from './measured.ts'
import { pageRow } from './page.ts'
import type { PageRow } from './page.ts'
import { maintenanceRow } from './scheduled-maintenance.ts'
import type { MaintenanceRow } from './scheduled-maintenance.ts'
import { statusRow } from './status.ts'
import type { StatusRow } from './status.ts'

/** All that Statuspage v2 tells. */
export interface Statuspage {
  readonly page: PageRow
  readonly status: StatusRow
  readonly components: readonly (ComponentRow | GroupRow)[]
  /** Newest first. */
  readonly incidents: readonly IncidentRow[]
  readonly unresolved: readonly IncidentRow[]
  /** Latest start first. */
  readonly maintenances: readonly MaintenanceRow[]
  /** The soonest first. */
  readonly upcoming: readonly MaintenanceRow[]
  readonly active: readonly MaintenanceRow[]
}

export interface StatuspageDeps {
  readonly live: LiveStatus
  readonly clock: Clock
  readonly page: () => PublicPage
}

/** Gives the same object until content or freshness change; null until status and words are known. */
export function createStatuspage({ live, clock, page: pageNow }: StatuspageDeps): () => Statuspage | null {
  let made: Statuspage | null = null
  let of: readonly unknown[] = []
  let content = ''
  let updatedAtMs = 0

  return () => {
    const [snapshot, told, page, isStale] = [live.snapshot(), live.told(), pageNow(), live.isStale()]
    if (snapshot === null || told.version === 0) return null
    const seen = [snapshot.components, told, page, isStale]
    if (made && seen.every((part, index) => part === of[index])) return made
    of = seen
    const next = statuspageOf(snapshot, told, page, isStale)
    const nextContent = JSON.stringify(next)
    if (made && nextContent === content) return made
    // Words that were taken back leave nothing newer than what there was before.
    const newest = newestIn(next)
    updatedAtMs = made === null || newest > updatedAtMs ? newest : Math.max(clock.now(), updatedAtMs + 1)
    content = nextContent
    made = { ...next, page: pageRow(page, updatedAtMs) }
    return made
  }
}

function statuspageOf(snapshot: Snapshot, told: Told, page: PublicPage, isStale: boolean): Statuspage {
  const components = measured(snapshot.components, isStale ? snapshot.asOfMs : null)
  const rows = componentRows(components)
  const byId = new Map(rows.flatMap((row) => (row.group ? [] : [[row.id, row] as const])))
  const incidents = new Map(told.incidents.map((incident) => [incident, incidentRow(incident, byId, page)]))
  const incidentsOf = (those: Told['incidents']) => those.map((incident) => incidents.get(incident)!)
  const maintenancesOf = (those: Told['maintenances']) =>
    those.flatMap((maintenance) => maintenanceRow(maintenance, byId, page))
  return {
    page: pageRow(page, 0),
    status: statusRow(components, told.incidents.filter(isUnresolved), snapshot.overall),
    components: rows,
    incidents: [...incidents.values()],
    unresolved: incidentsOf(told.incidents.filter(isUnresolved)),
    maintenances: maintenancesOf(told.maintenances),
    upcoming: maintenancesOf(told.maintenances.filter(isUpcoming).toReversed()),
    active: maintenancesOf(told.maintenances.filter(isUnderWay).toReversed()),
  }
}

/** The newest change that it tells of. */
function newestIn({ components, incidents, maintenances }: Statuspage): number {
  const times = [...components, ...incidents, ...maintenances].map((row) => Date.parse(row.updated_at))
  return times.reduce((newest, time) => Math.max(newest, time), 0)
}
