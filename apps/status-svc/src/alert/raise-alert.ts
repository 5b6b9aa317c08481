import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import type { Principal } from '@akashic/shared/identity'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import { requireScope } from '@akashic/shared/access'
import { addAudit } from '../audit/audit.ts'
import { actorLabel } from '../incident/actor-label.ts'
import { readIncident } from '../incident/claim-incident.ts'
import { checkedTitle, refuse } from '../incident/text.ts'
import { mayReadAlert, type Alert, type AlertSignal } from './alert.ts'
import type { AlertDeps } from './alert-deps.ts'
import { alertEvent } from './alert-event.ts'
import { alertChannel } from './alert-channel.ts'
import * as store from './store.ts'

const longestSource = 100
const longestFingerprint = 500
const longestSummary = 500
const longestAssignee = 200

/** What became of a signal. */
export interface RaisedAlert {
  /** The alert as it is now; null when nothing fired that could be resolved. */
  readonly alert: Alert | null
  /** True when it began to fire by this signal. */
  readonly isNew: boolean
}

/** Takes in that an alert fires, or fires no more. Idempotent: what fires already is only seen again, and resolving what
 *  does not fire changes nothing.
 *  @throws OpsError invalid_argument, not_found for its incident, permission_denied for what the actor may not know of. */
export function raiseAlert(deps: AlertDeps, actor: Actor, signal: AlertSignal): Promise<RaisedAlert> {
  return deps.db.transaction((tx) => raiseAlertIn(deps, tx, actor, signal))
}

/** As raiseAlert, within the caller's transaction. Locks the incident, if one is named, before the alert. */
export async function raiseAlertIn(
  deps: Pick<AlertDeps, 'clock' | 'components' | 'outbox'>,
  tx: Transaction,
  actor: Actor,
  signal: AlertSignal,
): Promise<RaisedAlert> {
  const nowMs = deps.clock.now()
  const checked = checkedSignal(signal, nowMs)
  return checked.status === 'firing' ? fire(deps, tx, actor, checked, nowMs) : resolve(deps, tx, actor, checked, nowMs)
}

type RaiseDeps = Pick<AlertDeps, 'clock' | 'components' | 'outbox'>

async function fire(
  deps: RaiseDeps,
  tx: Transaction,
  actor: Actor,
  signal: AlertSignal,
  nowMs: number,
): Promise<RaisedAlert> {
  const { principal } = actor
  const componentNum = componentNumOf(deps, principal, signal.componentId)
  const incident = signal.incidentId ? await readIncident(tx, principal, signal.incidentId, true) : null
  const { num, isNew } = await store.fire(tx, {
    ...signal,
    id: uuidv7(nowMs),
    componentNum,
    incidentNum: incident?.num ?? null,
    labels: { alertname: signal.fingerprint, ...signal.labels },
    firedAtMs: signal.startedAtMs ?? nowMs,
    nowMs,
  })
  const seen = await store.readOne(tx, num)
  requireComponent(principal, seen)
  const alert = isNew || isAlike(seen, signal) ? seen : await renewed(tx, num, signal, componentNum)
  if (isNew || alert.severity !== seen.severity) await announce(deps, tx, actor, alert, nowMs)
  return { alert: asToldTo(principal, alert, signal), isNew }
}

async function resolve(
  deps: RaiseDeps,
  tx: Transaction,
  actor: Actor,
  signal: AlertSignal,
  nowMs: number,
): Promise<RaisedAlert> {
  const { source, fingerprint } = signal
  const num = await store.lockFiring(tx, source, fingerprint)
  if (num === undefined) return { alert: null, isNew: false }
  requireComponent(actor.principal, await store.readOne(tx, num))
  await store.resolve(tx, num, nowMs)
  const alert = await store.readOne(tx, num)
  await announce(deps, tx, actor, alert, nowMs)
  return { alert: asToldTo(actor.principal, alert, signal), isNew: false }
}

async function announce(deps: RaiseDeps, tx: Transaction, actor: Actor, alert: Alert, nowMs: number): Promise<void> {
  const { source, fingerprint, severity } = alert
  const action = alert.status === 'firing' ? 'alert.fire' : 'alert.resolve'
  await addAudit(tx, nowMs, actor, [{ action, subject: alert.id, detail: { source, fingerprint, severity } }])
  await store.notify(tx, alertChannel)
  await deps.outbox.add(tx, [alertEvent(alert, { nowMs, actor: actorLabel(actor.principal) })])
}

/** True when the signal says nothing of the alert that is not known. */
function isAlike({ severity, summary, assignee, component, incident }: Alert, signal: AlertSignal): boolean {
  const isSamePerson = !signal.assignee || signal.assignee.person === assignee?.person
  const isSameComponent = incident !== null || (component?.id ?? null) === signal.componentId
  return severity === signal.severity && summary === signal.summary && isSamePerson && isSameComponent
}

async function renewed(tx: Transaction, num: number, signal: AlertSignal, componentNum: number | null): Promise<Alert> {
  await store.renew(tx, num, signal, componentNum)
  return store.readOne(tx, num)
}

/** @throws OpsError permission_denied when the principal is limited to other components. */
function requireComponent({ scope }: Principal, { component }: Alert): void {
  if (scope === undefined || (component !== null && scope.includes(component.id))) return
  throw new OpsError('permission_denied', 'This alert fires already, about something that this key may not touch.')
}

/** The alert for whoever raises it: of an incident that they may not know of, no more than they said themselves. Whoever
 *  raises an alert can end it, whatever it has come to belong to since. */
function asToldTo(principal: Principal, alert: Alert, { summary }: AlertSignal): Alert {
  return mayReadAlert(principal, alert) ? alert : { ...alert, summary, incident: null, assignee: null }
}

function componentNumOf(
  { components }: Pick<AlertDeps, 'components'>,
  principal: Principal,
  id: string | null,
): number | null {
  if (id === null)
    return principal.scope === undefined ? null : refuse('componentId', 'must be one that this key may touch')
  requireScope(principal, id)
  return components.get(id)?.num ?? refuse('componentId', 'is no component')
}

/** @throws OpsError invalid_argument for what is missing, too long or no instant. A start that is ahead of this clock, as
 *  that of another machine may be, is now. */
function checkedSignal(signal: AlertSignal, nowMs: number): AlertSignal {
  const { startedAtMs, assignee } = signal
  if (startedAtMs !== null && !(Number.isSafeInteger(startedAtMs) && startedAtMs >= 0)) {
    refuse('startedAt', 'must be an instant')
  }
  return {
    ...signal,
    source: checkedTitle('source', signal.source, longestSource),
    fingerprint: checkedTitle('fingerprint', signal.fingerprint, longestFingerprint),
    summary: signal.status === 'firing' ? checkedTitle('summary', signal.summary, longestSummary) : '',
    startedAtMs: startedAtMs === null ? null : Math.min(startedAtMs, nowMs),
    assignee: assignee
      ? {
          role: checkedTitle('assignee', assignee.role, longestAssignee),
          person: assignee.person === null ? null : checkedTitle('assignee', assignee.person, longestAssignee),
        }
      : null,
  }
}
