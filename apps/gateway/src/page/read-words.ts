import type { IncidentService, Maintenance, MaintenanceService, PublicIncident } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import type { RpcClientOf } from '@akashic/shared/rpc'
import type { LiveStatus } from '../live-status/live-status.ts'
import { publishable, withoutComponents } from '../told/publishable.ts'
import { isUnderWay, isUpcoming } from '../told/told.ts'

/** Where words are read that the gateway does not hold itself. */
export interface WordClients {
  readonly incidents: Pick<RpcClientOf<IncidentService>, 'listPublicIncidents'>
  readonly maintenances: Pick<RpcClientOf<MaintenanceService>, 'getMaintenance'>
}

export interface WordDeps {
  readonly live: LiveStatus
  readonly clients: WordClients
}

export interface PastPage {
  readonly incidents: readonly PublicIncident[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

/** A page of what was published of incidents, newest first.
 *  @throws OpsError invalid_argument for a cursor that was never given; unavailable when the status service is away. */
export async function readPast(deps: WordDeps, cursor: string, limit: number, signal: AbortSignal): Promise<PastPage> {
  const request = { limit, cursor, onlyUnresolved: false, id: '' }
  const { incidents, nextCursor } = await deps.clients.incidents.listPublicIncidents(request, callOf(signal))
  return { incidents: shown(deps.live, incidents, []).incidents, nextCursor }
}

/** What was published of an incident; null when that is nothing.
 *  @throws OpsError unavailable when the status service is away and the gateway does not hold it. */
export async function readIncident({ live, clients }: WordDeps, id: string, signal: AbortSignal) {
  const held = live.told().incidents.find((incident) => incident.id === id)
  if (held) return held
  const request = { limit: 1, cursor: '', onlyUnresolved: false, id }
  const { incidents } = await clients.incidents.listPublicIncidents(request, callOf(signal))
  return shown(live, incidents, []).incidents[0] ?? null
}

/** A public maintenance; null when there is none.
 *  @throws OpsError as readIncident. */
export async function readMaintenance({ live, clients }: WordDeps, id: string, signal: AbortSignal) {
  const held = live.told().maintenances.find((maintenance) => maintenance.id === id)
  if (held) return held
  const { maintenance } = await clients.maintenances.getMaintenance({ id }, callOf(signal)).catch(noneIfNotFound)
  return (maintenance && shown(live, [], [maintenance]).maintenances[0]) ?? null
}

/** The latest maintenances that are over. */
export function pastMaintenances({ live }: Pick<WordDeps, 'live'>): readonly Maintenance[] {
  return live.told().maintenances.filter((maintenance) => !isUnderWay(maintenance) && !isUpcoming(maintenance))
}

function noneIfNotFound(error: unknown): { maintenance?: Maintenance } {
  if (error instanceof OpsError && ['not_found', 'invalid_argument'].includes(error.code)) return {}
  throw error
}

/** Without whatever must not be public. */
function shown(live: LiveStatus, incidents: readonly PublicIncident[], maintenances: readonly Maintenance[]) {
  const components = live.snapshot()?.components ?? []
  const internal = components.filter(({ visibility }) => visibility === 'internal').map(({ id }) => id)
  return withoutComponents(publishable({ version: 0, incidents, maintenances }), new Set(internal))
}

const callOf = (signal: AbortSignal) => ({ principal: systemActor('gateway').principal, signal })
