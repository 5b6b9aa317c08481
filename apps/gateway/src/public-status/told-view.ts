import { impactFromProto, incidentNames, incidentStatusFromProto, maintenanceStatusFromProto } from '@akashic/proto'
import type { Maintenance, PublicIncident } from '@akashic/proto'
import { z } from 'zod'
import { iso, isoOrNull } from '../instant.ts'
import { incidentPath, maintenancePath, publicAddress } from '../public-address.ts'
import type { PublicPage } from '../public-address.ts'
import { isUnresolved, openMaintenances } from '../told/told.ts'
import type { Told } from '../told/told.ts'

const instant = z.iso.datetime({ precision: 3 })
const componentIds = z.array(z.string()).describe('Ids of public components.')
const url = z.string().describe('Where to read more: whole where `page.url` is configured, else from the root.')

export const activeIncidentSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    status: z.enum(incidentNames.incidentStatuses),
    impact: z.enum(incidentNames.impacts),
    startedAt: instant,
    updatedAt: instant,
    nextUpdateAt: instant.nullable().describe('When the next update is promised.'),
    components: componentIds,
    latestUpdate: z.object({
      status: z.enum(incidentNames.incidentStatuses),
      body: z.string().describe('Markdown; of more than 2,000 characters the first, with an ellipsis.'),
      publishedAt: instant,
    }),
    url,
  })
  .meta({ id: 'ActiveIncident' })
export type ActiveIncident = z.infer<typeof activeIncidentSchema>

export const scheduledMaintenanceSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    body: z.string().describe('Markdown; of more than 2,000 characters the first, with an ellipsis.'),
    status: z.enum(incidentNames.maintenanceStatuses),
    scheduledFor: instant,
    scheduledUntil: instant,
    components: componentIds,
    url,
  })
  .meta({ id: 'ScheduledMaintenance' })
export type ScheduledMaintenance = z.infer<typeof scheduledMaintenanceSchema>

export interface ToldView {
  /** Unresolved ones, newest first. */
  readonly activeIncidents: ActiveIncident[]
  /** Under way or coming, the soonest first. */
  readonly scheduledMaintenances: ScheduledMaintenance[]
}

/** The words that go with the status: of what is not over, the latest of each. */
export function toldView(told: Told, page: Pick<PublicPage, 'url'>): ToldView {
  return {
    activeIncidents: told.incidents.filter(isUnresolved).flatMap((incident) => activeIncident(incident, page)),
    scheduledMaintenances: openMaintenances(told).map((maintenance) => scheduledMaintenance(maintenance, page)),
  }
}

function activeIncident(incident: PublicIncident, page: Pick<PublicPage, 'url'>): ActiveIncident[] {
  const { id, title, components, updates } = incident
  const [latest] = updates
  if (!latest) return []
  const active = {
    ...{ id, title },
    status: incidentStatusFromProto(incident.status),
    impact: impactFromProto(incident.impact),
    startedAt: iso(incident.startedAtMs),
    updatedAt: iso(incident.updatedAtMs),
    nextUpdateAt: isoOrNull(incident.nextUpdateAtMs),
    components: components.map((component) => component.id),
    latestUpdate: {
      status: incidentStatusFromProto(latest.status),
      body: shortened(latest.body),
      publishedAt: iso(latest.publishedAtMs ?? latest.createdAtMs),
    },
    url: publicAddress(page, incidentPath(id)),
  }
  return [active]
}

function scheduledMaintenance(maintenance: Maintenance, page: Pick<PublicPage, 'url'>): ScheduledMaintenance {
  const { id, title, body, componentIds } = maintenance
  return {
    ...{ id, title, body: shortened(body) },
    status: maintenanceStatusFromProto(maintenance.status),
    scheduledFor: iso(maintenance.scheduledForMs),
    scheduledUntil: iso(maintenance.scheduledUntilMs),
    components: componentIds,
    url: publicAddress(page, maintenancePath(id)),
  }
}

const longest = 2_000

/** At most 2,000 characters, none of them halved. */
function shortened(body: string): string {
  return body.length <= longest ? body : `${body.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
