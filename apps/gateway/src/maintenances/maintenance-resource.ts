import {
  incidentNames,
  incidentVisibilityFromProto,
  maintenanceStatusFromProto,
  updateStateFromProto,
} from '@akashic/proto'
import type { IncidentUpdate, Maintenance } from '@akashic/proto'
import { z } from 'zod'
import { incidentVisibilityName } from '../incidents/incident-resource.ts'
import { iso, isoOrNull } from '../instant.ts'

export const maintenanceStatusName = z.enum(incidentNames.maintenanceStatuses)

const updateSchema = z
  .object({
    id: z.string(),
    body: z.string().describe('Markdown.'),
    state: z.enum(incidentNames.updateStates),
    author: z.string(),
    createdAt: z.iso.datetime(),
    publishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'MaintenanceUpdate' })

export const maintenanceSchema = z
  .object({
    id: z.string(),
    version: z.int(),
    title: z.string(),
    body: z.string().describe('Markdown.'),
    status: maintenanceStatusName,
    visibility: incidentVisibilityName,
    components: z.array(z.string()).describe('Ids.'),
    scheduledFor: z.iso.datetime(),
    scheduledUntil: z.iso.datetime(),
    pausesChecks: z
      .boolean()
      .describe('True: checks of its components do not run meanwhile. False: they run, and only operators see them.'),
    isAutomatic: z.boolean().describe('True: it begins and ends by the clock. False: a person says so.'),
    startedAt: z.iso.datetime().nullable(),
    completedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    updates: z.array(updateSchema),
  })
  .meta({ id: 'Maintenance' })

export function maintenanceResource(maintenance: Maintenance): z.infer<typeof maintenanceSchema> {
  const { id, version, title, body, componentIds, pausesChecks, isAutomatic } = maintenance
  return {
    ...{ id, version, title, body },
    status: maintenanceStatusFromProto(maintenance.status),
    visibility: incidentVisibilityFromProto(maintenance.visibility),
    components: componentIds,
    scheduledFor: iso(maintenance.scheduledForMs),
    scheduledUntil: iso(maintenance.scheduledUntilMs),
    ...{ pausesChecks, isAutomatic },
    startedAt: isoOrNull(maintenance.startedAtMs),
    completedAt: isoOrNull(maintenance.completedAtMs),
    createdAt: iso(maintenance.createdAtMs),
    updatedAt: iso(maintenance.updatedAtMs),
    updates: maintenance.updates.map(updateResource),
  }
}

function updateResource(update: IncidentUpdate): z.infer<typeof updateSchema> {
  const { id, body, state, author, createdAtMs, publishedAtMs } = update
  const [createdAt, publishedAt] = [iso(createdAtMs), isoOrNull(publishedAtMs)]
  return { id, body, state: updateStateFromProto(state), author, createdAt, publishedAt }
}
