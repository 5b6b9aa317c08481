import type { IncidentPolicy } from '@akashic/config'
import type { Transaction } from '@akashic/shared/postgres'
import { amendIn } from '../incident/amend.ts'
import type { Severity } from '../incident/incident.ts'
import { isImpaired } from '../incident/impact.ts'
import { openIncidentIn, type OpenIncident } from '../incident/open.ts'
import type { FaultGroup } from './groups.ts'
import { joinAlerts } from './join-group.ts'
import { openerOf, policyActor, type PolicyDeps } from './policy-deps.ts'
import { isPublished } from './speak.ts'
import { bodyOf, titleOf, type Told } from './words.ts'

/** Opens the incident of a group of faults, as its policy says. */
export async function openGroup(deps: PolicyDeps, tx: Transaction, group: FaultGroup): Promise<void> {
  const policy = group.policy!
  const { id, num } = await openIncidentIn(deps, tx, policyActor, requestOf(policy, group, deps.clock.now()))
  const happenings = await joinAlerts(tx, { num }, group)
  await amendIn(deps, tx, policyActor, { id, version: null }, (incident) => ({
    incident,
    happenings,
    act: { action: 'incident.join_alerts', detail: { alerts: group.alerts.map((alert) => alert.id) } },
  }))
  tx.afterCommit(() => deps.metrics.opened.inc({ policy: policy.name }))
}

function requestOf(policy: IncidentPolicy, group: FaultGroup, nowMs: number): OpenIncident {
  const { faults, root, alerts } = group
  const redSinceMs = faults
    .filter(({ component }) => isImpaired(component.status))
    .map(({ component }) => component.sinceMs)
  const told: Told = {
    severity: Number(policy.severity.slice('SEV-'.length)) as Severity,
    startedAtMs: Math.min(nowMs, ...redSinceMs, ...alerts.map(({ firedAtMs }) => firedAtMs)),
    components: faults.map(({ component: { id, name, visibility, critical, status } }) => ({
      ...{ name, visibility, critical, worstStatus: status, recoveredAtMs: null, isRoot: id === root.id },
    })),
  }
  const isInternal = told.components.every((component) => component.visibility === 'internal')
  const visibility = isInternal ? 'internal' : policy.visibility
  return {
    title: titleOf(policy, told),
    severity: told.severity,
    visibility,
    componentIds: faults.map(({ component }) => component.id),
    rootId: root.id,
    body: policy.publish === 'never' ? '' : bodyOf(policy, 'body', told),
    publish: isPublished(policy, { visibility }),
    nextUpdateAtMs: null,
    startedAtMs: told.startedAtMs,
    openedBy: openerOf(policy),
  }
}
