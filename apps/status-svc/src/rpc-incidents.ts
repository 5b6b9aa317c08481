import {
  incidentStatusFromProto,
  incidentVisibilityFromProto,
  type AddUpdateRequest,
  type AssignRoleRequest,
  type ChangeIncidentRequest,
  type EditUpdateRequest,
  type GetIncidentRequest,
  type GetPostmortemRequest,
  type IncidentService,
  type LinkTicketRequest,
  type ListActionItemsRequest,
  type ListIncidentsRequest,
  type ListPublicIncidentsRequest,
  type ListTimelineRequest,
  type OpenIncidentRequest,
  type PublishUpdateRequest,
  type SaveActionItemRequest,
  type SavePostmortemRequest,
  type TickChecklistItemRequest,
  type VerifyTimelineRequest,
  type WithdrawUpdateRequest,
} from '@akashic/proto'
import type { Actor } from '@akashic/shared/audit'
import type { UnaryHandler } from '@akashic/shared/rpc'
import { actorOf, forRole, type Started } from '@akashic/shared/access'
import {
  encodeActionItem,
  encodeEntry,
  encodeIncident,
  encodeIncidentSummary,
  encodePostmortem,
  encodePublicIncident,
  encodeVerdict,
  severityOf,
  statedIncidentStatus,
  statedSeverity,
  statedVisibility,
} from './encode-incident.ts'
import { assignRole } from './incident/assign-role.ts'
import { changeIncident } from './incident/change.ts'
import { readIncident } from './incident/claim-incident.ts'
import { editUpdate } from './incident/edit-update.ts'
import type { Incident } from './incident/incident.ts'
import type { IncidentDeps } from './incident/incident-deps.ts'
import { linkTicket } from './incident/link-ticket.ts'
import { listPublicIncidents } from './incident/list-public.ts'
import { listIncidents } from './incident/list.ts'
import { openIncident } from './incident/open.ts'
import { publishUpdate } from './incident/publish-update.ts'
import { tickChecklistItem } from './incident/tick-item.ts'
import { addUpdate } from './incident/update.ts'
import { withdrawUpdate } from './incident/withdraw-update.ts'
import { getPostmortem } from './postmortem/get-postmortem.ts'
import { listActionItems } from './postmortem/list-action-items.ts'
import { saveActionItem } from './postmortem/save-action-item.ts'
import { savePostmortem } from './postmortem/save-postmortem.ts'
import { listTimeline } from './timeline/list-timeline.ts'
import { verifyTimeline } from './timeline/verify-timeline.ts'

export type IncidentRpcDeps = IncidentDeps & Started

type Handlers<Method extends keyof IncidentService> = Record<Method, UnaryHandler>

/** The methods of akashic.status.v1.IncidentService but for those of truth. */
export function incidentHandlers(deps: IncidentRpcDeps): Handlers<Exclude<keyof IncidentService, 'listTruthFindings'>> {
  return { ...readHandlers(deps), ...changeHandlers(deps), ...postmortemHandlers(deps) }
}

function readHandlers(deps: IncidentRpcDeps) {
  return {
    listIncidents: forRole(deps, 'viewer', async (request: ListIncidentsRequest, call) => {
      const { incidents, nextCursor } = await listIncidents(deps, call.principal, {
        ...request,
        statuses: request.statuses.map(incidentStatusFromProto),
        severities: request.severities.map(severityOf),
      })
      const nowMs = deps.clock.now()
      return { incidents: incidents.map((incident) => encodeIncidentSummary(incident, nowMs)), nextCursor }
    }),
    getIncident: forRole(deps, 'viewer', async ({ id }: GetIncidentRequest, call) => ({
      incident: encodeIncident(await readIncident(deps.db, call.principal, id), deps.clock.now()),
    })),
    listPublicIncidents: forRole(deps, 'viewer', async (request: ListPublicIncidentsRequest) => {
      const { incidents, nextCursor } = await listPublicIncidents(deps, request)
      return { incidents: incidents.map(encodePublicIncident), nextCursor }
    }),
    listTimeline: forRole(deps, 'viewer', async (request: ListTimelineRequest, call) => {
      const { entries, nextCursor } = await listTimeline(deps, call.principal, request)
      return { entries: entries.map(encodeEntry), nextCursor }
    }),
    verifyTimeline: forRole(deps, 'viewer', async ({ id }: VerifyTimelineRequest, call) =>
      encodeVerdict(await verifyTimeline(deps, call.principal, id)),
    ),
  }
}

function changeHandlers(deps: IncidentRpcDeps) {
  const change = <Request>(verb: (actor: Actor, request: Request) => Promise<Incident>) =>
    forRole(deps, 'operator', async (request: Request, call) => ({
      incident: encodeIncident(await verb(actorOf(call), request), deps.clock.now()),
    }))
  return {
    openIncident: change((actor, request: OpenIncidentRequest) =>
      openIncident(deps, actor, {
        ...request,
        severity: statedSeverity(request.severity),
        visibility: statedVisibility(request.visibility),
        nextUpdateAtMs: request.nextUpdateAtMs ?? null,
        startedAtMs: request.startedAtMs ?? null,
      }),
    ),
    changeIncident: change((actor, { severity, visibility, ...request }: ChangeIncidentRequest) =>
      changeIncident(deps, actor, {
        ...request,
        severity: severity && severityOf(severity),
        visibility: visibility && incidentVisibilityFromProto(visibility),
      }),
    ),
    addUpdate: forRole(deps, 'operator', async (request: AddUpdateRequest, call) => {
      const { incident, updateId } = await addUpdate(deps, actorOf(call), {
        ...request,
        status: statedIncidentStatus(request.status),
        nextUpdateAtMs: request.nextUpdateAtMs ?? null,
      })
      return { incident: encodeIncident(incident, deps.clock.now()), updateId }
    }),
    publishUpdate: change((actor, request: PublishUpdateRequest) => publishUpdate(deps, actor, request)),
    editUpdate: change((actor, request: EditUpdateRequest) => editUpdate(deps, actor, request)),
    withdrawUpdate: change((actor, request: WithdrawUpdateRequest) => withdrawUpdate(deps, actor, request)),
    assignRole: change((actor, request: AssignRoleRequest) => assignRole(deps, actor, request)),
    linkTicket: change((actor, request: LinkTicketRequest) => linkTicket(deps, actor, request)),
    tickChecklistItem: change((actor, request: TickChecklistItemRequest) => tickChecklistItem(deps, actor, request)),
  }
}

function postmortemHandlers(deps: IncidentRpcDeps) {
  return {
    getPostmortem: forRole(deps, 'viewer', async ({ id }: GetPostmortemRequest, call) =>
      encodePostmortem(await getPostmortem(deps, call.principal, id), deps.clock.now()),
    ),
    savePostmortem: forRole(deps, 'operator', async (request: SavePostmortemRequest, call) => ({
      version: await savePostmortem(deps, actorOf(call), request),
    })),
    saveActionItem: forRole(deps, 'operator', async (request: SaveActionItemRequest, call) => ({
      item: encodeActionItem(await saveActionItem(deps, actorOf(call), request), deps.clock.now()),
    })),
    listActionItems: forRole(deps, 'viewer', async (request: ListActionItemsRequest, call) => {
      const { items, nextCursor } = await listActionItems(deps, call.principal, request)
      return { items: items.map((item) => encodeActionItem(item, deps.clock.now())), nextCursor }
    }),
  }
}
