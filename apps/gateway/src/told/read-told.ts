import type {
  IncidentService,
  Maintenance,
  MaintenanceService,
  MaintenanceStatus,
  PublicIncident,
} from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import type { CallOptions, RpcClientOf } from '@akashic/shared/rpc'
import { publishable } from './publishable.ts'
import { isUnresolved } from './told.ts'
import type { Told } from './told.ts'

export interface ToldClients {
  readonly incidents: Pick<RpcClientOf<IncidentService>, 'listPublicIncidents'>
  readonly maintenances: Pick<RpcClientOf<MaintenanceService>, 'listMaintenances'>
}

/** Incidents that are told; of maintenances, those under way, those coming, and those over: each so many. */
export const toldMax = 50
/** Maintenances that are looked through for the soonest ones. */
const scheduledMax = 500
/** Incidents in one answer: with all their words they may be large. */
const incidentsPerCall = 10

/** Reads what the public is told, of `version` or newer.
 *  @throws OpsError when the status service does not answer. */
export async function readTold(clients: ToldClients, version: number, signal: AbortSignal): Promise<Told> {
  const call = { principal: systemActor('gateway').principal, signal }
  const latest = await readIncidents(clients, false, call)
  const unresolved = await readIncidents(clients, true, call)
  const read = (statuses: MaintenanceStatus[], max = toldMax) => readMaintenances(clients, statuses, max, call)
  const scheduled = await read(['MAINTENANCE_STATUS_SCHEDULED'], scheduledMax)
  const underWay = await read(['MAINTENANCE_STATUS_IN_PROGRESS', 'MAINTENANCE_STATUS_VERIFYING'])
  const over = await read(['MAINTENANCE_STATUS_COMPLETED', 'MAINTENANCE_STATUS_CANCELLED'])
  return publishable({
    version,
    incidents: mergeIncidents(latest, unresolved, toldMax),
    maintenances: byStart([...scheduled.slice(-toldMax), ...underWay, ...over]),
  })
}

/** Both lists as one, each incident once, at most `max`: the oldest of those that are resolved make room.
 *  @param latest newest first; @param unresolved newest first. */
export function mergeIncidents(
  latest: readonly PublicIncident[],
  unresolved: readonly PublicIncident[],
  max: number,
): PublicIncident[] {
  const known = new Set(latest.map(({ id }) => id))
  const all = [...latest, ...unresolved.filter(({ id }) => !known.has(id))]
  let resolvedRoom = Math.max(0, max - all.filter(isUnresolved).length)
  return all.filter((incident) => isUnresolved(incident) || resolvedRoom-- > 0).slice(0, max)
}

/** What moved between two reads is taken once. */
function byStart(maintenances: readonly Maintenance[]): Maintenance[] {
  const once = new Map(maintenances.map((maintenance) => [maintenance.id, maintenance]))
  return [...once.values()].sort((a, b) => b.scheduledForMs - a.scheduledForMs)
}

async function readIncidents({ incidents }: ToldClients, onlyUnresolved: boolean, call: CallOptions) {
  return readPages(toldMax, async (cursor) => {
    const request = { limit: incidentsPerCall, cursor, onlyUnresolved, id: '' }
    const page = await incidents.listPublicIncidents(request, call)
    return { items: page.incidents, nextCursor: page.nextCursor }
  })
}

async function readMaintenances(
  { maintenances }: ToldClients,
  statuses: MaintenanceStatus[],
  max: number,
  call: CallOptions,
): Promise<Maintenance[]> {
  return readPages(max, async (cursor) => {
    const page = await maintenances.listMaintenances({ limit: toldMax, cursor, statuses, onlyPublic: true }, call)
    return { items: page.maintenances, nextCursor: page.nextCursor }
  })
}

async function readPages<Item>(
  max: number,
  read: (cursor: string) => Promise<{ items: Item[]; nextCursor: string }>,
): Promise<Item[]> {
  const all: Item[] = []
  let cursor = ''
  do {
    const { items, nextCursor } = await read(cursor)
    all.push(...items)
    cursor = nextCursor
  } while (cursor !== '' && all.length < max)
  return all.slice(0, max)
}
