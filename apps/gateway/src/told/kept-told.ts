import {
  impactToProto,
  incidentNames,
  incidentStatusToProto,
  incidentVisibilityToProto,
  maintenanceStatusToProto,
  statusToProto,
  updateStateToProto,
} from '@akashic/proto'
import type { IncidentStatus } from '@akashic/proto'
import { z } from 'zod'
import { statusName } from '../live-status/snapshot.ts'
import type { Told } from './told.ts'

const status = z.enum(statusName.options.map(statusToProto))
const unspecified: IncidentStatus = 'INCIDENT_STATUS_UNSPECIFIED'
const incidentStatus = z.enum([...incidentNames.incidentStatuses.map(incidentStatusToProto), unspecified])
const maintenanceStatus = z.enum(incidentNames.maintenanceStatuses.map(maintenanceStatusToProto))

const update = z.object({
  id: z.string(),
  status: incidentStatus,
  body: z.string(),
  state: z.enum(incidentNames.updateStates.map(updateStateToProto)),
  author: z.string(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  publishedAtMs: z.number().optional(),
  nextUpdateAtMs: z.number().optional(),
  affectedComponents: z.array(z.object({ id: z.string(), name: z.string(), oldStatus: status, newStatus: status })),
  maintenanceStatus: maintenanceStatus.optional(),
})

const incident = z.object({
  id: z.string(),
  title: z.string(),
  status: incidentStatus,
  impact: z.enum(incidentNames.impacts.map(impactToProto)),
  startedAtMs: z.number(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  monitoringAtMs: z.number().optional(),
  resolvedAtMs: z.number().optional(),
  nextUpdateAtMs: z.number().optional(),
  components: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      worstStatus: status,
      joinedAtMs: z.number(),
      recoveredAtMs: z.number().optional(),
      isRoot: z.boolean(),
    }),
  ),
  updates: z.array(update),
  firstWordAfterMs: z.number().optional(),
  postmortem: z.string(),
})

const maintenance = z.object({
  id: z.string(),
  version: z.number(),
  title: z.string(),
  body: z.string(),
  status: maintenanceStatus,
  visibility: z.enum(incidentNames.visibilities.map(incidentVisibilityToProto)),
  componentIds: z.array(z.string()),
  scheduledForMs: z.number(),
  scheduledUntilMs: z.number(),
  pausesChecks: z.boolean(),
  isAutomatic: z.boolean(),
  startedAtMs: z.number().optional(),
  completedAtMs: z.number().optional(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  updates: z.array(update),
})

/** What the public is told, as it is kept on disk and in the cache. */
export const toldSchema: z.ZodType<Told> = z.object({
  version: z.number(),
  incidents: z.array(incident),
  maintenances: z.array(maintenance),
})
