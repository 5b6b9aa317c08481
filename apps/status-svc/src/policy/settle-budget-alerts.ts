import { isBudgetAlert, type Alert } from '../alert/alert.ts'
import { linkAlerts } from '../alert/alerts-of-incidents.ts'
import { amend } from '../incident/amend.ts'
import { eachApart } from '../incident/each-apart.ts'
import { isOpen } from '../incident/incident.ts'
import { readLastResolved } from '../incident/known-incidents.ts'
import { joined } from './join-group.ts'
import { reopenWithinMs } from './plan.ts'
import { policyActor, type PolicyDeps } from './policy-deps.ts'

/** Gives alerts about error budgets to the incident that spent them, where it is just over: they are no news, and reopen
 *  nothing.
 *  @param isWell whether a component is known to be well now.
 *  @returns the alerts that are left. */
export async function settleBudgetAlerts(
  deps: PolicyDeps,
  pending: readonly Alert[],
  isWell: (componentId: string) => boolean,
  nowMs: number,
): Promise<readonly Alert[]> {
  const late = pending.filter((alert) => isBudgetAlert(alert) && alert.component !== null && isWell(alert.component.id))
  if (late.length === 0) return pending
  const last = await readLastResolved(deps.db, [...new Set(late.map(({ component }) => component!.num))])
  const byIncident = Map.groupBy(late, ({ component }) => {
    const incident = last.get(component!.num)
    const resolvedAtMs = incident?.resolvedAtMs ?? null
    return resolvedAtMs !== null && resolvedAtMs > nowMs - reopenWithinMs ? incident!.id : null
  })
  const settled = new Set<number>()
  for (const [id, alerts] of byIncident) {
    if (id !== null) await eachApart(deps.log, [id], () => give(deps, id, alerts, settled))
  }
  return pending.filter(({ num }) => !settled.has(num))
}

async function give(deps: PolicyDeps, id: string, alerts: readonly Alert[], settled: Set<number>): Promise<void> {
  await amend(deps, policyActor, { id, version: null }, async (before, _, tx) => {
    const act = { action: 'incident.note_alerts', detail: { alerts: alerts.map((alert) => alert.id) } }
    if (isOpen(before)) return { incident: before, happenings: [], act }
    const nums = alerts.map(({ num }) => num)
    const linked = await linkAlerts(tx, nums, before.num)
    tx.afterCommit(() => nums.forEach((num) => settled.add(num)))
    return { incident: before, happenings: linked.map(joined), act }
  })
}
