import type {
  CreateComponentRequest,
  CreateCorrectionRequest,
  DeleteComponentRequest,
  GetComponentRequest,
  GetUptimeRequest,
  ListAuditRequest,
  ListComponentsRequest,
  ListHistoryRequest,
  ListUptimeRequest,
  MeasureChecksRequest,
  RecordHeartbeatRequest,
  ReportStateRequest,
  StatusService,
  UpdateComponentRequest,
  WatchStatusRequest,
  WatchStatusResponse,
} from '@akashic/proto'
import { serverStream, type StreamHandler, type UnaryHandler } from '@akashic/shared/rpc'
import { actorOf, forRole, type Started } from '@akashic/shared/access'
import { listAudit } from './audit/list.ts'
import { createComponent } from './component/create.ts'
import { deleteComponent } from './component/delete.ts'
import type { ComponentDeps } from './component/living-specs.ts'
import { getComponent, listComponents } from './component/read.ts'
import type { StoredComponent } from './component/stored-component.ts'
import { updateComponent } from './component/update.ts'
import {
  encodeAudit,
  encodeComponent,
  encodeCorrection,
  encodeInterval,
  encodeMeasured,
  encodeMessage,
  encodeUptime,
  encodeWindow,
  reportedStatus,
  statedStatus,
} from './encode.ts'
import { recordHeartbeat } from './heartbeat/record-heartbeat.ts'
import { measureChecks } from './measure/measure-checks.ts'
import { reportState } from './report/report-state.ts'
import { watchStatus, type WatchDeps } from './status/watch.ts'
import { correct } from './uptime/correct.ts'
import { listHistory } from './uptime/list-history.ts'
import { getUptime, listUptime, type UptimeDeps } from './uptime/read-uptime.ts'

export interface RpcDeps extends ComponentDeps, UptimeDeps, WatchDeps, Started {
  readonly db: ComponentDeps['db']
}

/** The methods of akashic.status.v1.StatusService. */
export function statusHandlers(deps: RpcDeps): Record<keyof StatusService, UnaryHandler | StreamHandler> {
  const encode = (component: StoredComponent) => ({
    component: encodeComponent(component, deps.board.picture().components.get(component.id)),
  })

  return {
    watchStatus: serverStream<WatchStatusRequest, WatchStatusResponse>(async (_, call, send) => {
      deps.assertStarted()
      await watchStatus(deps, call.principal, call.signal, (message) => send(encodeMessage(message)))
    }),
    listUptime: forRole(deps, 'viewer', async ({ componentIds }: ListUptimeRequest, call) => ({
      components: (await listUptime(deps, call.principal, componentIds)).map(encodeUptime),
    })),
    getUptime: forRole(deps, 'viewer', async ({ componentId, windowMs }: GetUptimeRequest, call) => {
      const { uptime, ...window } = await getUptime(deps, call.principal, componentId, windowMs)
      return { uptime: encodeWindow(uptime), ...window }
    }),
    measureChecks: forRole(deps, 'viewer', async (request: MeasureChecksRequest, call) => ({
      components: (await measureChecks(deps, call.principal, request)).map(encodeMeasured),
    })),
    listHistory: forRole(deps, 'viewer', async (request: ListHistoryRequest, call) => {
      const { intervals, nextCursor } = await listHistory(deps, call.principal, request)
      return { intervals: intervals.map((interval) => encodeInterval(interval, request.componentId)), nextCursor }
    }),
    listComponents: forRole(deps, 'viewer', async (request: ListComponentsRequest, call) => {
      const { components, nextCursor } = await listComponents(deps, call.principal, request)
      return { components: components.map((component) => encode(component).component), nextCursor }
    }),
    getComponent: forRole(deps, 'viewer', async ({ id }: GetComponentRequest, call) =>
      encode(await getComponent(deps, call.principal, id)),
    ),
    createComponent: forRole(deps, 'operator', async ({ definitionJson }: CreateComponentRequest, call) =>
      encode(await createComponent(deps, actorOf(call), definitionJson)),
    ),
    updateComponent: forRole(deps, 'operator', async (request: UpdateComponentRequest, call) =>
      encode(await updateComponent(deps, actorOf(call), request)),
    ),
    deleteComponent: forRole(deps, 'operator', async (request: DeleteComponentRequest, call) => {
      await deleteComponent(deps, actorOf(call), request)
      return {}
    }),
    createCorrection: forRole(deps, 'operator', async (request: CreateCorrectionRequest, call) => {
      const stated = { ...request, status: statedStatus(request.status) }
      return { correction: encodeCorrection(await correct(deps, actorOf(call), stated), request.componentId) }
    }),
    recordHeartbeat: forRole(deps, 'viewer', async ({ token }: RecordHeartbeatRequest) => recordHeartbeat(deps, token)),
    reportState: forRole(deps, 'viewer', async (request: ReportStateRequest, call) =>
      reportState(deps, { ...request, status: reportedStatus(request.status) }, actorOf(call)),
    ),
    listAudit: forRole(deps, 'viewer', async (request: ListAuditRequest, call) => {
      const { entries, nextCursor } = await listAudit(deps, call.principal, request)
      return { entries: entries.map(encodeAudit), nextCursor }
    }),
  }
}
