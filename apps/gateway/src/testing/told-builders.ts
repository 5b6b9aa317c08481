import type { IncidentUpdate, PublicIncident } from '@akashic/proto'
import type { Told } from '../told/told.ts'
import { aMaintenance, anUpdate } from './incident-builders.ts'
import type { StartedGateway } from './start-gateway.ts'

const atMs = 1_760_000_000_000

export const aToldUpdate = (partial: Partial<IncidentUpdate> = {}): IncidentUpdate =>
  anUpdate({ state: 'UPDATE_STATE_PUBLISHED', author: '', publishedAtMs: atMs + 60_000, ...partial })

export const aPublicIncident = (partial: Partial<PublicIncident> = {}): PublicIncident => ({
  id: 'inc-1',
  title: 'Checkout is down',
  status: 'INCIDENT_STATUS_INVESTIGATING',
  impact: 'IMPACT_MAJOR',
  startedAtMs: atMs,
  createdAtMs: atMs + 30_000,
  updatedAtMs: atMs + 60_000,
  components: [{ id: 'web', name: 'Web', worstStatus: 'STATUS_PARTIAL_OUTAGE', joinedAtMs: atMs, isRoot: true }],
  updates: [aToldUpdate()],
  postmortem: '',
  ...partial,
})

export const aTold = (partial: Partial<Told> = {}): Told => ({
  version: 1,
  incidents: [aPublicIncident()],
  maintenances: [aMaintenance()],
  ...partial,
})

/** Lets the status service of `gateway` tell the public `told`, in words. */
export function tell({ status, incidents, maintenances }: StartedGateway, told: Told): void {
  incidents.scripts.listPublicIncidents = async () => ({ incidents: [...told.incidents], nextCursor: '' })
  maintenances.scripts.listMaintenances = async ({ statuses }) => ({
    maintenances: told.maintenances.filter((maintenance) => statuses.includes(maintenance.status)),
    nextCursor: '',
  })
  status.say({ toldVersion: told.version })
}
