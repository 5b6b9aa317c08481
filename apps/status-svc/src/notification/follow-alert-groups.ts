import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import type { Alert, AlertSeverity } from '../alert/alert.ts'
import { groupsOf, isWorse, type GroupNow } from '../alert/alert-group.ts'
import { readJoinedTitle, readLoose } from '../alert/alerts-of-incidents.ts'
import { closeGroup, insertGroup, lockOpenGroups, saveGroup, type StoredGroup } from '../alert/open-groups.ts'
import type { OnCallDeps } from '../oncall/on-call-deps.ts'
import { closePage, openPage, policyForAlerts } from '../oncall/open-page.ts'
import { labelsOfAlert } from '../silence/labels.ts'
import { addNotifications } from './add-notifications.ts'
import { heardAlerts, type HearingDeps } from './heard-alerts.ts'
import type { Said } from './notification.ts'
import { channelsOfAlerts, type RoutedComponent } from './route.ts'
import { readDestinations } from './told-destinations.ts'

export interface AlertGroupDeps extends OnCallDeps, HearingDeps {
  /** By which labels alerts are one group, and how long a new one gathers, in milliseconds. */
  readonly grouping: () => { readonly groupBy: readonly string[]; readonly groupWait: number }
}

/** Tells of alerts that belong to no incident, and pages for them, once for each group, however many alerts it has. */
export async function followAlertGroups(deps: AlertGroupDeps, nowMs: number): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const open = await lockOpenGroups(tx)
    if (!open) return
    const { alerts, isAll } = await readLoose(tx)
    if (open.length === 0 && alerts.length === 0) return
    const { groupBy, groupWait } = deps.grouping()
    const labelsOf = (alert: Alert) => labelsOfAlert(alert, (id) => deps.components.get(id)?.spec.group ?? null)
    const heard = await heardAlerts(deps, tx, alerts, labelsOf, nowMs)
    const groups = new Map(groupsOf(heard, groupBy, labelsOf).map((group) => [group.key, group]))
    const firing = new Set(groupsOf(alerts, groupBy, labelsOf).map(({ key }) => key))
    for (const group of open) {
      const isOver = isAll && !firing.has(group.key)
      await follow(deps, tx, group, groups.get(group.key), isOver, nowMs)
    }
    const known = new Set(open.map(({ key }) => key))
    for (const group of groups.values()) {
      if (!known.has(group.key) && group.heardAtMs + groupWait <= nowMs) await begin(deps, tx, group, nowMs)
    }
  })
}

async function begin(deps: AlertGroupDeps, tx: Transaction, group: GroupNow, nowMs: number): Promise<void> {
  const stored = { ...group, id: uuidv7(nowMs), title: titleOf(group), firing: group.count, openedAtMs: nowMs }
  await insertGroup(tx, stored)
  await announce(deps, tx, stored.id, group)
}

/** What follows for a group that was told of. One that is only muted or explained is not over: its page ends, and a new one
 *  calls when it is heard again. */
async function follow(
  deps: AlertGroupDeps,
  tx: Transaction,
  before: StoredGroup,
  now: GroupNow | undefined,
  isOver: boolean,
  nowMs: number,
): Promise<void> {
  if (now) {
    const isGraver = isWorse(now.severity, before.severity)
    if (isGraver || now.count !== before.firing) {
      await saveGroup(tx, before.num, { severity: isGraver ? now.severity : before.severity, firing: now.count })
    }
    if (isGraver) await announce(deps, tx, before.id, now)
    else await page(deps, tx, before.id, now)
    return
  }
  await closePage(deps, tx, subjectOf(before.id))
  if (!isOver) return
  await closeGroup(tx, before.num, nowMs)
  await tellEnd(deps, tx, before)
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
  await page(deps, tx, id, group)
}

const aboutOf = ({ components }: AlertGroupDeps, { componentIds }: GroupNow): readonly RoutedComponent[] =>
  componentIds.map((id) => ({ id, group: components.get(id)?.spec.group ?? null }))

/** Pages for a group, unless it is paged for already. */
async function page(deps: AlertGroupDeps, tx: Transaction, id: string, group: GroupNow): Promise<void> {
  const policy = policyForAlerts(deps.onCall().policies, group.severity, aboutOf(deps, group))
  if (!policy) return
  await openPage(deps, tx, {
    ...{ subject: subjectOf(id), incidentNum: null, policy: policy.name, mutedUntilMs: null },
    title: titleOf(group),
  })
}

async function tellEnd(deps: AlertGroupDeps, tx: Transaction, { id, title, most, labels }: StoredGroup): Promise<void> {
  const subject = subjectOf(id)
  const joined = await readJoinedTitle(tx, labels)
  const over = most === 1 ? 'It fires no more.' : `None fires any more; ${most} fired at once.`
  const message: Said = {
    ...{
      action: 'resolve',
      urgency: 'info',
      type: 'alerts.resolved',
      title: joined === undefined ? `Resolved: ${title}` : `Joined an incident: ${title}`,
      facts: [],
      url: null,
    },
    body: joined === undefined ? over : `It goes on in the incident "${joined}".`,
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
