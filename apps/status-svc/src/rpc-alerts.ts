import {
  alertSeverityFromProto,
  alertSeverityToProto,
  alertStatusFromProto,
  alertStatusToProto,
  type Alert,
  type AddSilenceRequest,
  type AlertService,
  type AlertStatus,
  type EndSilenceRequest,
  type ListAlertsRequest,
  type ListSilencesRequest,
  type PreviewSilenceRequest,
  type RaiseAlertRequest,
  type RaiseAlertsRequest,
  type Silence,
} from '@akashic/proto'
import type { AlertSettings } from '@akashic/config'
import type { UnaryHandler } from '@akashic/shared/rpc'
import { actorOf, forRole, type Started } from '@akashic/shared/access'
import type * as domain from './alert/alert.ts'
import type { AlertDeps } from './alert/alert-deps.ts'
import type { LabelledAlert } from './alert/labelled-alert.ts'
import { listAlerts } from './alert/list-alerts.ts'
import { raiseAlert } from './alert/raise-alert.ts'
import { raiseAlerts } from './alert/raise-alerts.ts'
import { refuse } from './incident/text.ts'
import { addSilence } from './silence/add-silence.ts'
import { endSilence } from './silence/end-silence.ts'
import { listSilences } from './silence/list-silences.ts'
import { previewSilence } from './silence/preview-silence.ts'
import type * as silences from './silence/silence.ts'

export type AlertRpcDeps = AlertDeps & Started & { readonly alerting: () => AlertSettings }

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
    raiseAlerts: forRole(deps, 'operator', async ({ source, alerts }: RaiseAlertsRequest, call) => {
      refuseOwn(source)
      const { refused, ...counts } = await raiseAlerts(deps, actorOf(call), source, alerts.map(decodeLabelled))
      return { ...counts, refused: [...refused] }
    }),
    addSilence: forRole(deps, 'operator', async ({ startMs, ...asked }: AddSilenceRequest, call) => ({
      silence: encodeSilence(await addSilence(deps, actorOf(call), { ...asked, startMs: startMs ?? null })),
    })),
    previewSilence: forRole(deps, 'viewer', async ({ matchers }: PreviewSilenceRequest, { principal }) => {
      const preview = await previewSilence(deps, principal, matchers)
      return { ...preview, now: preview.now.map(encode), incidentIds: [...preview.incidentIds] }
    }),
    endSilence: forRole(deps, 'operator', async ({ id }: EndSilenceRequest, call) => ({
      silence: encodeSilence(await endSilence(deps, actorOf(call), id)),
    })),
    listSilences: forRole(deps, 'viewer', async (request: ListSilencesRequest) => {
      const { silences, nextCursor } = await listSilences(deps, request)
      return { silences: silences.map(encodeSilence), nextCursor }
    }),
  }
}

/** Null when it was not given. */
const statedStatus = (status: AlertStatus): domain.AlertStatus | null =>
  status === 'ALERT_STATUS_UNSPECIFIED' ? null : alertStatusFromProto(status)

/** Whose alerts the product raises itself. */
const ownSources = ['incident', 'truth', 'rule']

function refuseOwn(source: string): void {
  if (ownSources.includes(source.trim())) refuse('source', 'is a name that the product uses itself')
}

function signalOf(request: RaiseAlertRequest): domain.AlertSignal {
  refuseOwn(request.source)
  const { source, fingerprint, componentId, summary, startedAtMs } = request
  return {
    ...{ source, fingerprint, summary, componentId: componentId || null, startedAtMs: startedAtMs ?? null },
    status: statedStatus(request.status) ?? refuse('status', 'must be given'),
    severity: alertSeverityFromProto(request.severity),
  }
}

function decodeLabelled(alert: RaiseAlertsRequest['alerts'][number]): LabelledAlert {
  const { labels, annotations, status, startsAtMs, endsAtMs } = alert
  return {
    ...{ labels, annotations, startsAtMs: startsAtMs ?? null, endsAtMs: endsAtMs ?? null },
    status: alertStatusFromProto(status),
  }
}

const encodeSilence = ({ num: _, ...silence }: silences.Silence): Silence => ({
  ...silence,
  matchers: [...silence.matchers],
})

function encode(alert: domain.Alert): Alert {
  const { id, version, source, fingerprint, summary, firedAtMs, lastSeenAtMs } = alert
  return {
    ...{ id, version, source, fingerprint, summary, firedAtMs, lastSeenAtMs },
    labels: { ...alert.labels },
    componentId: alert.component?.id ?? '',
    status: alertStatusToProto(alert.status),
    severity: alertSeverityToProto(alert.severity),
    assigneeRole: alert.assignee?.role ?? '',
    assigneePerson: alert.assignee?.person ?? '',
    incidentId: alert.incident?.id ?? '',
    resolvedAtMs: alert.resolvedAtMs ?? undefined,
  }
}
