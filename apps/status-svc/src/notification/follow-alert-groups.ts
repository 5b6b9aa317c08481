import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import type { Alert, AlertSeverity } from '../alert/alert.ts'
import { groupsOf, inhibitedIds, isWorse, type GroupNow } from '../alert/alert-group.ts'
import { readLoose } from '../alert/alerts-of-incidents.ts'
import { closeGroup, insertGroup, lockOpenGroups, saveGroup, type StoredGroup } from '../alert/open-groups.ts'
import type { OnCallDeps } from '../oncall/on-call-deps.ts'
import { closePage, openPage, policyForAlerts } from '../oncall/open-page.ts'
import { labelsOfAlert } from '../silence/labels.ts'
import { heardBy } from '../silence/heard-by.ts'
import { addNotifications } from './add-notifications.ts'
import type { Said } from './notification.ts'
import { channelsOfAlerts, type RoutedComponent } from './route.ts'
import { readDestinations } from './told-destinations.ts'

export interface AlertGroupDeps extends OnCallDeps {
  /** By which labels alerts are one group, and how long a new one gathers, in milliseconds. */
  readonly grouping: () => { readonly groupBy: readonly string[]; readonly groupWait: number }
  /** True when the component is known to be out, or partly out. */
  readonly isOut: (componentId: string) => boolean
}

/** Tells of alerts that belong to no incident, and pages for them, once for each group, however many alerts it has. What a
 *  silence mutes, and what the failure of something underneath explains, is not told of. */
export async function followAlertGroups(deps: AlertGroupDeps, nowMs: number): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const open = await lockOpenGroups(tx)
    const loose = await readLoose(tx)
    if (open.length === 0 && loose.length === 0) return
    const { groupBy, groupWait } = deps.grouping()
    const heard = await heardAlerts(deps, tx, loose, nowMs)
    const groups = new Map(groupsOf(heard, groupBy).map((group) => [group.key, group]))
    const firing = new Set(groupsOf(loose, groupBy).map(({ key }) => key))
    for (const group of open) await follow(deps, tx, group, groups.get(group.key), firing.has(group.key), nowMs)
    const known = new Set(open.map(({ key }) => key))
    for (const group of groups.values()) {
      if (!known.has(group.key) && group.sinceMs + groupWait <= nowMs) await begin(deps, tx, group, nowMs)
    }
  })
}

async function heardAlerts(
  { components, isOut }: AlertGroupDeps,
  tx: Transaction,
  alerts: readonly Alert[],
  nowMs: number,
): Promise<readonly Alert[]> {
  const specs = components.shown().map(({ id, spec }) => ({ id, dependsOn: spec.dependsOn }))
  const inhibited = inhibitedIds(specs, isOut)
  const isHeard = await heardBy(tx, nowMs)
  const groupOf = (id: string) => components.get(id)?.spec.group ?? null
  return alerts.filter(
    (alert) => !(alert.component && inhibited.has(alert.component.id)) && isHeard(labelsOfAlert(alert, groupOf)),
  )
}

async function begin(deps: AlertGroupDeps, tx: Transaction, group: GroupNow, nowMs: number): Promise<void> {
  const stored = { ...group, id: uuidv7(nowMs), title: titleOf(group), firing: group.count, openedAtMs: nowMs }
  await insertGroup(tx, stored)
  await announce(deps, tx, stored.id, group)
}

async function follow(
  deps: AlertGroupDeps,
  tx: Transaction,
  before: StoredGroup,
  now: GroupNow | undefined,
  isFiring: boolean,
  nowMs: number,
): Promise<void> {
  if (!now) {
    await closeGroup(tx, before.num, nowMs)
    // One that is only muted or explained is not over: it begins anew when it is heard again.
    if (!isFiring) await tellEnd(deps, tx, before)
    await closePage(deps, tx, subjectOf(before.id))
    return
  }
  const isGraver = isWorse(now.severity, before.severity)
  if (!isGraver && now.count === before.firing) return
  await saveGroup(tx, before.num, { severity: isGraver ? now.severity : before.severity, firing: now.count })
  if (isGraver) await announce(deps, tx, before.id, now)
}

const subjectOf = (groupId: string): string => `alerts:${groupId}`

/** Says that a group fires, at its severity: a graver one is said again, and may page. */
async function announce(deps: AlertGroupDeps, tx: Transaction, id: string, group: GroupNow): Promise<void> {
  const subject = subjectOf(id)
  const about = group.componentIds.map((componentId): RoutedComponent => ({
    id: componentId,
    group: deps.components.get(componentId)?.spec.group ?? null,
  }))
  const channels = channelsOfAlerts(deps.telling().notifications.routes, group.severity, about)
  await addNotifications(
    deps,
    tx,
    [...channels].map((channel) => ({
      ...{ channel, recipient: '', subject, incidentNum: null, pageNum: null, person: '' },
      occasion: `${subject}:fired:${group.severity}`,
      message: saidOf(group),
    })),
  )
  const policy = policyForAlerts(deps.onCall().policies, group.severity, about)
  if (!policy) return
  const page = { subject, incidentNum: null, policy: policy.name, title: titleOf(group), mutedUntilMs: null }
  await openPage(deps, tx, page)
}

async function tellEnd(deps: AlertGroupDeps, tx: Transaction, { id, title, most }: StoredGroup): Promise<void> {
  const subject = subjectOf(id)
  const message: Said = {
    ...{
      action: 'resolve',
      urgency: 'info',
      type: 'alerts.resolved',
      title: `Resolved: ${title}`,
      facts: [],
      url: null,
    },
    body: most === 1 ? 'It fires no more.' : `None fires any more; ${most} fired at once.`,
  }
  const destinations = await readDestinations(tx, subject)
  await addNotifications(
    deps,
    tx,
    destinations.map(({ channel, recipient }) => ({
      ...{ channel, recipient, subject, incidentNum: null, pageNum: null, person: '', message },
      occasion: `${subject}:resolved`,
    })),
  )
}

const urgencies: Readonly<Record<AlertSeverity, Said['urgency']>> = {
  critical: 'critical',
  warning: 'warning',
  info: 'info',
}

function saidOf(group: GroupNow): Said {
  const { severity, count, componentIds, labels } = group
  return {
    ...{ action: 'trigger', urgency: urgencies[severity], type: 'alerts.fired', url: null },
    title: `[${severity}] ${titleOf(group)}`,
    body: group.summary,
    facts: [
      { name: 'Firing', value: String(count) },
      ...Object.entries(labels).map(([name, value]) => ({ name, value })),
      ...(componentIds.length > 0 ? [{ name: 'Components', value: componentIds.slice(0, 10).join(', ') }] : []),
    ],
  }
}

function titleOf({ labels, count, summary }: GroupNow): string {
  const name = Object.values(labels).join(' ') || summary
  return (count === 1 ? name : `${name} (${count} alerts)`).slice(0, 200).toWellFormed()
}
