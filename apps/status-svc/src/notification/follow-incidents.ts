import type { Transaction } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { readFiring } from '../alert/alerts-of-incidents.ts'
import { eachApart } from '../incident/each-apart.ts'
import { hear, readUnheard, type Heard } from '../incident/hear.ts'
import { isOpen, type Incident } from '../incident/incident.ts'
import { closePage, openPage, policyForIncident } from '../oncall/open-page.ts'
import type { OnCallDeps } from '../oncall/on-call-deps.ts'
import { labelsOfIncident } from '../silence/labels.ts'
import { mutedUntil } from '../silence/muted-until.ts'
import { addNotifications } from './add-notifications.ts'
import { said, tellingsOf, type Telling } from './compose.ts'
import type { Destination } from './notification.ts'
import { channelsOfIncident, type RoutedComponent } from './route.ts'
import { readDestinations } from './told-destinations.ts'

type Deps = OnCallDeps & { readonly log: Logger }

const atOnce = 100

/** Tells channels what happened to incidents since the last time, and pages who must know. Each thing is told once, by
 *  whichever replica is first: that it was heard is written with what follows from it. */
export async function followIncidents(deps: Deps): Promise<void> {
  await eachApart(deps.log, await readUnheard(deps.db, atOnce), (id) =>
    deps.db.transaction(async (tx) => {
      const heard = await hear(tx, id)
      if (heard) await follow(deps, tx, heard)
    }),
  )
}

async function follow(deps: Deps, tx: Transaction, { incident, entries }: Heard): Promise<void> {
  const subject = subjectOf(incident)
  const tellings = tellingsOf(entries, incident.status)
  for (const telling of tellings) await tell(deps, tx, incident, subject, telling)
  if (isOpen(incident)) await page(deps, tx, incident, subject)
  else await closePage(deps, tx, subject)
}

export const subjectOf = ({ id }: Pick<Incident, 'id'>): string => `incident:${id}`

async function tell(deps: Deps, tx: Transaction, incident: Incident, subject: string, telling: Telling): Promise<void> {
  const { routes, templates } = deps.telling().notifications
  const routed = [...channelsOfIncident(routes, incident, routedComponents(deps, incident))]
  const told = await readDestinations(tx, subject)
  // Who was paged hears of the end, and of a new beginning by another page; the others hear of everything.
  const follows = told.filter(({ isFollower }) => isFollower || telling.kind === 'resolved')
  const destinations = unique([...routed.map((channel) => ({ channel, recipient: '' })), ...follows])
  const message = said(incident, telling, templates, urlOf(deps, incident))
  await addNotifications(
    deps,
    tx,
    destinations.map((destination) => ({
      ...destination,
      occasion: `${subject}:${telling.seq}`,
      ...{ subject, message, incidentNum: incident.num, pageNum: null, person: '' },
    })),
  )
}

async function page(deps: Deps, tx: Transaction, incident: Incident, subject: string): Promise<void> {
  const policy = policyForIncident(deps.onCall().policies, incident, routedComponents(deps, incident))
  if (!policy) return
  const labels = labelsOfIncident(incident, await readFiring(tx, incident), (id) => groupOf(deps, id))
  const isRestricted = incident.visibility === 'restricted'
  await openPage(deps, tx, {
    ...{ subject, incidentNum: incident.num, policy: policy.name },
    title: `[SEV-${incident.severity}] ${isRestricted ? 'Restricted incident' : incident.title}`,
    mutedUntilMs: await mutedUntil(tx, labels, deps.clock.now()),
  })
}

const groupOf = ({ components }: Deps, id: string): string | null => components.get(id)?.spec.group ?? null

const routedComponents = (deps: Deps, { components }: Incident): RoutedComponent[] =>
  components.map(({ id }) => ({ id, group: groupOf(deps, id) }))

/** Where the public reads of the incident; null while nothing of it is published. */
function urlOf(deps: Deps, { id, visibility, firstPublishedAtMs }: Incident): string | null {
  const base = deps.baseUrl()
  return base === null || visibility !== 'public' || firstPublishedAtMs === null ? null : `${base}/incidents/${id}`
}

function unique(destinations: readonly Destination[]): Destination[] {
  const byKey = new Map(
    destinations.map(({ channel, recipient }) => [`${channel}\n${recipient}`, { channel, recipient }]),
  )
  return [...byKey.values()]
}
