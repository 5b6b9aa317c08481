import { impactFromProto, incidentNames, incidentStatusFromProto } from '@akashic/proto'
import type { PublicIncident } from '@akashic/proto'
import { z } from 'zod'
import { iso, isoOrNull } from '../instant.ts'
import { incidentPath, publicAddress } from '../public-address.ts'
import type { PublicPage } from '../public-address.ts'
import { componentSchema } from './component.ts'
import type { ComponentRow } from './component.ts'
import { instant, pageId } from './page.ts'
import { updateRow, updateSchemaOf } from './update.ts'

const status = z.enum(incidentNames.incidentStatuses)

export const incidentSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status,
    created_at: instant,
    updated_at: instant,
    monitoring_at: instant.nullable(),
    resolved_at: instant.nullable(),
    impact: z.enum(incidentNames.impacts),
    shortlink: z.string(),
    started_at: instant,
    page_id: z.string(),
    incident_updates: z
      .array(updateSchemaOf(status).meta({ id: 'StatuspageIncidentUpdate' }))
      .describe('Newest first.'),
    components: z.array(componentSchema),
  })
  .meta({ id: 'StatuspageIncident' })
export type IncidentRow = z.infer<typeof incidentSchema>

/** @param rows the components as they are now, by id; those that are gone are left out. */
export function incidentRow(
  incident: PublicIncident,
  rows: ReadonlyMap<string, ComponentRow>,
  page: Pick<PublicPage, 'url'>,
): IncidentRow {
  const { id, title, updates, components } = incident
  return {
    id,
    name: title,
    status: incidentStatusFromProto(incident.status),
    created_at: iso(incident.createdAtMs),
    updated_at: iso(incident.updatedAtMs),
    monitoring_at: isoOrNull(incident.monitoringAtMs),
    resolved_at: isoOrNull(incident.resolvedAtMs),
    impact: impactFromProto(incident.impact),
    shortlink: publicAddress(page, incidentPath(id)),
    started_at: iso(incident.startedAtMs),
    page_id: pageId,
    incident_updates: updates.map((update) => updateRow(update, id, incidentStatusFromProto(update.status))),
    components: components.flatMap((component) => rows.get(component.id) ?? []),
  }
}
