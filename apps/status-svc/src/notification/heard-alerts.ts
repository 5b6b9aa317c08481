import type { IncidentPolicy } from '@akashic/config'
import type { Transaction } from '@akashic/shared/postgres'
import type { Alert, Labels } from '../alert/alert.ts'
import { inhibitedIds } from '../alert/alert-group.ts'
import type { ComponentDirectory } from '../component/component.ts'
import { readOpen } from '../incident/known-incidents.ts'
import { heardBy } from '../silence/heard-by.ts'
import type { ComponentStatus } from '../status/component-status.ts'
import { isAbout } from './route.ts'

export interface HearingDeps {
  readonly components: ComponentDirectory
  /** What a component is known to be now. */
  readonly statusOf: (componentId: string) => ComponentStatus | undefined
  readonly incidentPolicies: () => readonly IncidentPolicy[]
}

/** An incident policy that asks for an alert opens its incident within seconds. */
const policyWithinMs = 60_000

/** Those of the alerts without an incident that are told of by themselves. Not so are those that a silence mutes, those about
 *  a component that is in an incident, or for which a policy is about to open one, those about what is under maintenance, and
 *  those that something underneath explains of which people hear. */
export async function heardAlerts(
  deps: HearingDeps,
  tx: Transaction,
  alerts: readonly Alert[],
  labelsOf: (alert: Alert) => Labels,
  nowMs: number,
): Promise<readonly Alert[]> {
  const { components, statusOf } = deps
  const open = (await readOpen(tx)).filter(({ visibility }) => visibility !== 'restricted')
  const inIncident = new Set(open.flatMap((incident) => incident.components.map(({ id }) => id)))
  const alerted = new Set(alerts.flatMap(({ component }) => component?.id ?? []))
  const isOut = (id: string) => ['outage', 'partial_outage'].includes(statusOf(id) ?? 'unknown')
  const isTold = (id: string) => inIncident.has(id) || alerted.has(id)
  const specs = components.shown().map(({ id, spec }) => ({ id, dependsOn: spec.dependsOn }))
  const inhibited = inhibitedIds(specs, (id) => isOut(id) && isTold(id))
  const isHeard = await heardBy(tx, nowMs)
  return alerts.filter((alert) => {
    const id = alert.component?.id
    const isElsewhere =
      id !== undefined &&
      (inIncident.has(id) || inhibited.has(id) || statusOf(id) === 'maintenance' || isAskedFor(deps, alert, nowMs))
    return !isElsewhere && isHeard(labelsOf(alert))
  })
}

function isAskedFor({ components, incidentPolicies }: HearingDeps, alert: Alert, nowMs: number): boolean {
  const spec = components.get(alert.component!.id)?.spec
  if (!spec || nowMs - alert.heardAtMs > policyWithinMs) return false
  return incidentPolicies().some(
    (policy) =>
      policy.alerts.includes(alert.severity) &&
      (policy.critical === undefined || policy.critical === spec.critical) &&
      isAbout(policy, [{ id: alert.component!.id, group: spec.group }]),
  )
}
