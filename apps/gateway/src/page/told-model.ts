import { impactFromProto, incidentStatusFromProto, maintenanceStatusFromProto, statusFromProto } from '@akashic/proto'
import type { IncidentUpdate, Maintenance, PublicIncident } from '@akashic/proto'
import type { PageIncident, PageMaintenance, StatusPageModel } from '@akashic/status-page'
import type { Told } from '../told/told.ts'

/** Names of the public components by id. */
export type Names = ReadonlyMap<string, string>

/** What the public is told, as the page shows it; null before anything was read. */
export function toldModel(told: Told, names: Names): StatusPageModel['told'] {
  if (told.version === 0) return null
  return {
    version: told.version,
    incidents: told.incidents.map(pageIncident),
    maintenances: told.maintenances.map((maintenance) => pageMaintenance(maintenance, names)).toReversed(),
  }
}

export function pageIncident(incident: PublicIncident): PageIncident {
  const { id, title, startedAtMs, resolvedAtMs, nextUpdateAtMs, firstWordAfterMs, postmortem } = incident
  return {
    ...{ id, title, startedAtMs, postmortem },
    ...(resolvedAtMs !== undefined && { resolvedAtMs }),
    ...(nextUpdateAtMs !== undefined && { nextUpdateAtMs }),
    ...(firstWordAfterMs !== undefined && { firstWordAfterMs }),
    status: incidentStatusFromProto(incident.status),
    impact: impactFromProto(incident.impact),
    components: incident.components.map((component) => ({
      id: component.id,
      name: component.name,
      worstStatus: statusFromProto(component.worstStatus),
      joinedAtMs: component.joinedAtMs,
      ...(component.recoveredAtMs !== undefined && { recoveredAtMs: component.recoveredAtMs }),
    })),
    updates: incident.updates.map(incidentUpdate),
  }
}

function incidentUpdate(update: IncidentUpdate): PageIncident['updates'][number] {
  const { body, createdAtMs, publishedAtMs = createdAtMs, updatedAtMs } = update
  return {
    status: incidentStatusFromProto(update.status),
    ...{ body, publishedAtMs },
    ...(updatedAtMs > publishedAtMs && { editedAtMs: updatedAtMs }),
    changes: update.affectedComponents.map(({ name, oldStatus, newStatus }) => ({
      name,
      from: statusFromProto(oldStatus),
      to: statusFromProto(newStatus),
    })),
  }
}

/** Components without a name are internal now, or gone: they are left out. */
export function pageMaintenance(maintenance: Maintenance, names: Names): PageMaintenance {
  const { id, title, body, componentIds, scheduledForMs, scheduledUntilMs, startedAtMs, completedAtMs } = maintenance
  return {
    ...{ id, title, body, scheduledForMs, scheduledUntilMs },
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(completedAtMs !== undefined && { completedAtMs }),
    status: maintenanceStatusFromProto(maintenance.status),
    components: componentIds.flatMap((componentId) => {
      const name = names.get(componentId)
      return name === undefined ? [] : [{ id: componentId, name }]
    }),
    updates: maintenance.updates.map(({ body: said, createdAtMs, publishedAtMs, maintenanceStatus }) => ({
      body: said,
      publishedAtMs: publishedAtMs ?? createdAtMs,
      ...(maintenanceStatus !== undefined && { status: maintenanceStatusFromProto(maintenanceStatus) }),
    })),
  }
}
