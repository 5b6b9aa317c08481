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
import type { UnaryHandler } from '@akashic/shared/rpc'
import { actorOf, forRole, type Started } from './access/for-role.ts'
import type * as domain from './alert/alert.ts'
import type { AlertDeps } from './alert/alert-deps.ts'
import { listAlerts } from './alert/list-alerts.ts'
import { raiseAlert } from './alert/raise-alert.ts'
import { refuse } from './incident/text.ts'

export type AlertRpcDeps = AlertDeps & Started

/** The methods of akashic.status.v1.AlertService. */
export function alertHandlers(deps: AlertRpcDeps): Record<keyof AlertService, UnaryHandler> {
  return {
    raiseAlert: forRole(deps, 'operator', async (request: RaiseAlertRequest, call) => {
      const { alert, isNew } = await raiseAlert(deps, actorOf(call), signalOf(request))
      return { alert: alert && encode(alert), isNew }
    }),
    listAlerts: forRole(deps, 'viewer', async (request: ListAlertsRequest, { principal }) => {
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
