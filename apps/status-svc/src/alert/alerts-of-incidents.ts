import type { Queryable } from '@akashic/shared/postgres'
import { isImpaired } from '../incident/impact.ts'
import type { Incident } from '../incident/incident.ts'
import type { Alert, Labels } from './alert.ts'
import * as store from './store.ts'

/** Alerts of an incident, as those who run incidents use them. */
export { link as linkAlerts, noteEnd, relink as relinkAlerts } from './store.ts'

/** What this service raises about its own conduct is no fault of a component, and keeps no incident from its end. */
const ownSources = ['incident', 'truth']

/** At most so many at once. What no policy asks for stays there as long as it fires, so the worst and newest come first. */
const atOnce = 1_000

/** Alerts that fire about a component and belong to no incident, worst and newest first. */
export function readPending(db: Queryable): Promise<Alert[]> {
  return store.readUnlinked(db, ownSources, atOnce)
}

/** Alerts that keep an incident from its end: those of it that fire. Alerts about error budgets do so only where no component
 *  was seen to fail: else the components tell when it is over, and a budget long after. */
export function readFiring(db: Queryable, { num, components }: Pick<Incident, 'num' | 'components'>): Promise<Alert[]> {
  return store.readFiringOf(db, ownSources, num, !components.some(({ worstStatus }) => isImpaired(worstStatus)))
}

/** True while an alert keeps the incident from its end. */
export async function isAnyFiring(db: Queryable, incident: Pick<Incident, 'num' | 'components'>): Promise<boolean> {
  return (await readFiring(db, incident)).length > 0
}

/** Alerts that ended, of incidents that are open, where the timeline does not say so yet. */
export function readEnded(db: Queryable, incidentNum: number | null = null): Promise<Alert[]> {
  return store.readEnded(db, ownSources, incidentNum)
}

/** At most so many alerts without an incident are grouped. */
const mostLoose = 20_000

/** Alerts that fire and belong to no incident, whatever they are about, worst and newest first; and whether these are all. */
export async function readLoose(
  db: Queryable,
): Promise<{ readonly alerts: readonly Alert[]; readonly isAll: boolean }> {
  const alerts = await store.readLoose(db, ['incident'], mostLoose)
  return { alerts, isAll: alerts.length < mostLoose }
}

/** Title of an incident that alerts with these labels have joined. */
export const readJoinedTitle = (db: Queryable, labels: Labels): Promise<string | undefined> =>
  store.readIncidentTitle(db, labels)
