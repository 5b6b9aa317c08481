import type { Transaction } from '@akashic/shared/postgres'
import { isBudgetAlert, type Alert } from '../alert/alert.ts'
import { linkAlerts } from '../alert/alerts-of-incidents.ts'
import type { Change, Happening, Incident } from '../incident/incident.ts'
import { findComponents, join, joining } from '../incident/join.ts'
import { markRoot } from '../incident/mark-root.ts'
import { inTurn } from '../incident/in-turn.ts'
import type { FaultGroup } from './groups.ts'
import { policyActor, type PolicyDeps } from './policy-deps.ts'

/** The incident with components of the group, as they are now, and with the root marked where it is known. */
export async function joinGroup(
  deps: Pick<PolicyDeps, 'clock' | 'components'>,
  tx: Transaction,
  incident: Incident,
  group: FaultGroup,
  joinerIds: readonly string[],
  isRootKnown: boolean,
): Promise<Change> {
  const found = await findComponents(deps, tx, policyActor.principal, joinerIds)
  const nowMs = deps.clock.now()
  const explainedIds = group.faults.map(({ component }) => component.id).filter((id) => id !== group.root.id)
  return inTurn(
    incident,
    (before) =>
      join(
        before,
        found.map((component) => joining(component, isRootKnown ? group.root.id : null, nowMs)),
      ),
    (before) => (isRootKnown ? markRoot(before, group.root.id, explainedIds) : { incident: before, happenings: [] }),
  )
}

/** What the timeline says of an alert that joins. */
export const joined = (alert: Alert): Happening => ({
  kind: 'alert_joined',
  body: {
    ...{ alertId: alert.id, source: alert.source, severity: alert.severity, summary: alert.summary },
    ...(isBudgetAlert(alert) && { isBudget: true }),
  },
})

/** Makes the alerts of the group belong to the incident. @returns what its timeline says of them. */
export async function joinAlerts(
  tx: Transaction,
  { num }: Pick<Incident, 'num'>,
  { alerts }: Pick<FaultGroup, 'alerts'>,
): Promise<readonly Happening[]> {
  if (alerts.length === 0) return []
  const linked = await linkAlerts(
    tx,
    alerts.map((alert) => alert.num),
    num,
  )
  return linked.map(joined)
}
