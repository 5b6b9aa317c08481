import type { IncidentUpdate, Maintenance, PublicIncident } from '@akashic/proto'
import type { Told } from './told.ts'

/** `told` without what must never be public, should it ever have come: drafts, withdrawn words, names of people, and
 *  maintenances that are not public. */
export function publishable(told: Told): Told {
  return {
    version: told.version,
    incidents: told.incidents.map(incidentToTell).filter(({ updates }) => updates.length > 0),
    maintenances: told.maintenances.filter(({ visibility }) => visibility === 'INCIDENT_VISIBILITY_PUBLIC').map(toTell),
  }
}

/** `told` without the components `internalIds`: one may have become internal since it was told of. */
export function withoutComponents(told: Told, internalIds: ReadonlySet<string>): Told {
  if (internalIds.size === 0) return told
  const isShown = ({ id }: { readonly id: string }): boolean => !internalIds.has(id)
  const without = (update: IncidentUpdate): IncidentUpdate => ({
    ...update,
    affectedComponents: update.affectedComponents.filter(isShown),
  })
  return {
    version: told.version,
    incidents: told.incidents.map((incident) => ({
      ...incident,
      components: incident.components.filter(isShown),
      updates: incident.updates.map(without),
    })),
    maintenances: told.maintenances.map((maintenance) => ({
      ...maintenance,
      componentIds: maintenance.componentIds.filter((id) => !internalIds.has(id)),
      updates: maintenance.updates.map(without),
    })),
  }
}

const incidentToTell = (incident: PublicIncident): PublicIncident => ({ ...incident, updates: words(incident.updates) })

const toTell = (maintenance: Maintenance): Maintenance => ({ ...maintenance, updates: words(maintenance.updates) })

function words(updates: readonly IncidentUpdate[]): IncidentUpdate[] {
  return updates
    .filter(({ state }) => state === 'UPDATE_STATE_PUBLISHED')
    .map((update) => ({ ...update, author: '', publishedAtMs: update.publishedAtMs ?? update.createdAtMs }))
}
