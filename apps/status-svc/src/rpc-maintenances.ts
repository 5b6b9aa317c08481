import {
  incidentVisibilityToProto,
  maintenanceStatusFromProto,
  maintenanceStatusToProto,
  type ChangeMaintenanceRequest,
  type GetMaintenanceRequest,
  type ListMaintenancesRequest,
  type Maintenance,
  type MaintenanceService,
  type ScheduleMaintenanceRequest,
  type TransitionMaintenanceRequest,
} from '@akashic/proto'
import type { Actor } from '@akashic/shared/audit'
import type { UnaryHandler } from '@akashic/shared/rpc'
import { actorOf, forRole, type Started } from '@akashic/shared/access'
import { statedVisibility } from './encode-incident.ts'
import { refuse } from './incident/text.ts'
import { changeMaintenance } from './maintenance/change.ts'
import { readMaintenance } from './maintenance/claim.ts'
import { listMaintenances } from './maintenance/list.ts'
import type { MaintenanceDeps } from './maintenance/maintenance-deps.ts'
import type * as domain from './maintenance/maintenance.ts'
import { scheduleMaintenance } from './maintenance/schedule.ts'
import { transitionMaintenance } from './maintenance/transition.ts'

export type MaintenanceRpcDeps = MaintenanceDeps & Started

/** The methods of akashic.status.v1.MaintenanceService. */
export function maintenanceHandlers(deps: MaintenanceRpcDeps): Record<keyof MaintenanceService, UnaryHandler> {
  const change = <Request>(verb: (actor: Actor, request: Request) => Promise<domain.Maintenance>) =>
    forRole(deps, 'operator', async (request: Request, call) => ({
      maintenance: encode(await verb(actorOf(call), request)),
    }))
  return {
    scheduleMaintenance: change((actor, { visibility, ...request }: ScheduleMaintenanceRequest) =>
      scheduleMaintenance(deps, actor, { ...request, visibility: statedVisibility(visibility) }),
    ),
    changeMaintenance: change((actor, request: ChangeMaintenanceRequest) => changeMaintenance(deps, actor, request)),
    transitionMaintenance: change((actor, { status, ...request }: TransitionMaintenanceRequest) => {
      if (status === 'MAINTENANCE_STATUS_UNSPECIFIED') refuse('status', 'must be given')
      return transitionMaintenance(deps, actor, { ...request, status: maintenanceStatusFromProto(status) })
    }),
    getMaintenance: forRole(deps, 'viewer', async ({ id }: GetMaintenanceRequest, { principal }) => ({
      maintenance: encode(await readMaintenance(deps.db, principal, id)),
    })),
    listMaintenances: forRole(deps, 'viewer', async (request: ListMaintenancesRequest, { principal }) => {
      const statuses = request.statuses.map(maintenanceStatusFromProto)
      const { maintenances, nextCursor } = await listMaintenances(deps, principal, { ...request, statuses })
      return { maintenances: maintenances.map(encode), nextCursor }
    }),
  }
}

/** As the proto has it; updates newest first. */
function encode(maintenance: domain.Maintenance): Maintenance {
  return {
    id: maintenance.id,
    version: maintenance.version,
    title: maintenance.title,
    body: maintenance.body,
    status: maintenanceStatusToProto(maintenance.status),
    visibility: incidentVisibilityToProto(maintenance.visibility),
    componentIds: maintenance.components.map(({ id }) => id),
    scheduledForMs: maintenance.scheduledForMs,
    scheduledUntilMs: maintenance.scheduledUntilMs,
    pausesChecks: maintenance.pausesChecks,
    isAutomatic: maintenance.isAutomatic,
    startedAtMs: maintenance.startedAtMs ?? undefined,
    completedAtMs: maintenance.completedAtMs ?? undefined,
    createdAtMs: maintenance.createdAtMs,
    updatedAtMs: maintenance.updatedAtMs,
    updates: maintenance.updates
      .map(({ id, status, body, author, atMs }) => ({
        ...{ id, body, author, createdAtMs: atMs, updatedAtMs: atMs, publishedAtMs: atMs, affectedComponents: [] },
        status: 'INCIDENT_STATUS_UNSPECIFIED' as const,
        state: 'UPDATE_STATE_PUBLISHED' as const,
        maintenanceStatus: maintenanceStatusToProto(status),
      }))
      .reverse(),
  }
}
