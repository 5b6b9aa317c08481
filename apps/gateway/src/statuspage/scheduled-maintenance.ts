import { maintenanceStatusFromProto } from '@akashic/proto'
import type { IncidentUpdate, Maintenance } from '@akashic/proto'
import { z } from 'zod'
import { iso, isoOrNull } from '../instant.ts'
import { maintenancePath, publicAddress } from '../public-address.ts'
import type { PublicPage } from '../public-address.ts'
import type { ComponentRow } from './component.ts'
import { incidentSchema } from './incident.ts'
import { instant, pageId } from './page.ts'
import { updateRow, updateSchemaOf } from './update.ts'

const status = z.enum(['scheduled', 'in_progress', 'verifying', 'completed'])
type Status = z.infer<typeof status>

export const maintenanceSchema = incidentSchema
  .extend({
    status,
    impact: z.literal('maintenance'),
    incident_updates: z
      .array(updateSchemaOf(status).meta({ id: 'StatuspageMaintenanceUpdate' }))
      .describe('Newest first; the last one announces it.'),
    scheduled_for: instant,
    scheduled_until: instant,
  })
  .meta({ id: 'StatuspageScheduledMaintenance' })
export type MaintenanceRow = z.infer<typeof maintenanceSchema>

/** None for a maintenance that was called off: Statuspage has no such status.
 *  @param rows the components as they are now, by id. */
export function maintenanceRow(
  maintenance: Maintenance,
  rows: ReadonlyMap<string, ComponentRow>,
  page: Pick<PublicPage, 'url'>,
): MaintenanceRow[] {
  const now = maintenanceStatusFromProto(maintenance.status)
  if (now === 'cancelled') return []
  const { id, title, componentIds, createdAtMs, scheduledForMs, startedAtMs = scheduledForMs } = maintenance
  const said = maintenance.updates.map((update) => updateRow(update, id, statusThen(update, now)))
  const row: MaintenanceRow = {
    id,
    name: title,
    status: now,
    created_at: iso(createdAtMs),
    updated_at: iso(maintenance.updatedAtMs),
    monitoring_at: null,
    resolved_at: isoOrNull(maintenance.completedAtMs),
    impact: 'maintenance',
    shortlink: publicAddress(page, maintenancePath(id)),
    started_at: iso(startedAtMs),
    page_id: pageId,
    incident_updates: [...said, updateRow(announcement(maintenance), id, 'scheduled')],
    components: componentIds.flatMap((componentId) => rows.get(componentId) ?? []),
    scheduled_for: iso(scheduledForMs),
    scheduled_until: iso(maintenance.scheduledUntilMs),
  }
  return [row]
}

/** Where it stood when something was said; where it stands now, when that was not recorded. */
function statusThen({ maintenanceStatus }: IncidentUpdate, now: Status): Status {
  return status.safeParse(maintenanceStatus && maintenanceStatusFromProto(maintenanceStatus)).data ?? now
}

/** The body of a maintenance, as the update with which it was announced. */
const announcement = ({ id, body, createdAtMs }: Maintenance): IncidentUpdate => ({
  ...{ id: `${id}-scheduled`, body, author: '', affectedComponents: [] },
  ...{ createdAtMs, updatedAtMs: createdAtMs, publishedAtMs: createdAtMs },
  status: 'INCIDENT_STATUS_UNSPECIFIED',
  state: 'UPDATE_STATE_PUBLISHED',
})
