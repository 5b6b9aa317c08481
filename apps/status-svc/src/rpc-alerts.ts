import {
  alertSeverityFromProto,
  alertSeverityToProto,
  alertStatusFromProto,
  alertStatusToProto,
  type Alert,
  type AlertService,
  type AlertStatus,
  type ListAlertsRequest,
  type RaiseAlertRequest,
} from '@akashic/proto'
import type { Actor } from '@akashic/shared/audit'
import type { Role } from '@akashic/shared/identity'
import { unary, type RpcCall, type UnaryHandler } from '@akashic/shared/rpc'
import { requireRole } from './access/require.ts'
import type * as domain from './alert/alert.ts'
import type { AlertDeps } from './alert/alert-deps.ts'
import { listAlerts } from './alert/list-alerts.ts'
import { raiseAlert } from './alert/raise-alert.ts'
import { refuse } from './incident/text.ts'

export interface AlertRpcDeps extends AlertDeps {
  /** @throws OpsError unavailable until the service has read what it must know. */
  readonly assertStarted: () => void
}

/** The methods of akashic.status.v1.AlertService. */
export function alertHandlers(deps: AlertRpcDeps): Record<keyof AlertService, UnaryHandler> {
  const forRole = <Request, Response extends object>(
    role: Role,
    run: (request: Request, actor: Actor) => Promise<Response>,
  ): UnaryHandler =>
    unary<Request, Response>(async (request, { principal, requestId }: RpcCall) => {
      requireRole(principal, role)
      deps.assertStarted()
      return run(request, { principal, requestId })
    })
  return {
    raiseAlert: forRole('operator', async (request: RaiseAlertRequest, actor) => {
      const { alert, isNew } = await raiseAlert(deps, actor, signalOf(request))
      return { alert: alert && encode(alert), isNew }
    }),
    listAlerts: forRole('viewer', async (request: ListAlertsRequest, { principal }) => {
      const status = statedStatus(request.status)
      const { alerts, nextCursor } = await listAlerts(deps, principal, { ...request, status })
      return { alerts: alerts.map(encode), nextCursor }
    }),
  }
}

/** Null when it was not given. */
const statedStatus = (status: AlertStatus): domain.AlertStatus | null =>
  status === 'ALERT_STATUS_UNSPECIFIED' ? null : alertStatusFromProto(status)

/** Whose alerts the product raises itself. */
const ownSources = ['incident', 'truth']

function signalOf(request: RaiseAlertRequest): domain.AlertSignal {
  if (ownSources.includes(request.source.trim())) refuse('source', 'is a name that the product uses itself')
  const { source, fingerprint, componentId, summary, startedAtMs } = request
  return {
    ...{ source, fingerprint, summary, componentId: componentId || null, startedAtMs: startedAtMs ?? null },
    status: statedStatus(request.status) ?? refuse('status', 'must be given'),
    severity: alertSeverityFromProto(request.severity),
  }
}

function encode(alert: domain.Alert): Alert {
  const { id, version, source, fingerprint, summary, firedAtMs, lastSeenAtMs } = alert
  return {
    ...{ id, version, source, fingerprint, summary, firedAtMs, lastSeenAtMs },
    componentId: alert.component?.id ?? '',
    status: alertStatusToProto(alert.status),
    severity: alertSeverityToProto(alert.severity),
    assigneeRole: alert.assignee?.role ?? '',
    assigneePerson: alert.assignee?.person ?? '',
    incidentId: alert.incident?.id ?? '',
    resolvedAtMs: alert.resolvedAtMs ?? undefined,
  }
}
