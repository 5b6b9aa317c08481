import type { Transaction } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { readFiring } from '../alert/alerts-of-incidents.ts'
import { eachApart } from '../incident/each-apart.ts'
import { hear, readUnheard, type Heard } from '../incident/hear.ts'
import { isOpen, type Incident } from '../incident/incident.ts'
import { closePage, openPage, policyForIncident } from '../oncall/open-page.ts'
import { titleOfIncident } from '../oncall/page-words.ts'
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
/** So many batches at once; the rest comes with the next tick. */
const mostBatches = 20

/** Tells channels what happened to incidents since the last time, and pages who must know. Each thing is told once, by
 *  whichever replica is first: that it was heard is written with what follows from it. */
export async function followIncidents(deps: Deps): Promise<void> {
  for (let batch = 0; batch < mostBatches; batch += 1) {
    const ids = await readUnheard(deps.db, atOnce)
    await eachApart(deps.log, ids, (id) =>
      deps.db.transaction(async (tx) => {
        const heard = await hear(tx, id)
        if (heard) await follow(deps, tx, heard)
      }),
    )
    if (ids.length < atOnce) return
  }
}

async function follow(deps: Deps, tx: Transaction, { incident, entries }: Heard): Promise<void> {
  const subject = subjectOf(incident)
  const tellings = tellingsOf(entries, incident.status)
  for (const telling of tellings) await tell(deps, tx, incident, subject, telling)
  // What was over meanwhile begins anew, although it is heard of only now.
  if (entries.some(({ kind }) => kind === 'reopened')) await closePage(deps, tx, subject)
  if (isOpen(incident)) await page(deps, tx, incident, subject)
  else await closePage(deps, tx, subject)
}

export const subjectOf = ({ id }: Pick<Incident, 'id'>): string => `incident:${id}`

async function tell(deps: Deps, tx: Transaction, incident: Incident, subject: string, telling: Telling): Promise<void> {
  const { routes, templates } = deps.telling().notifications
  const isEnd = telling.kind === 'resolved' || telling.kind === 'merged'
  const told = await readDestinations(tx, subject)
  const known = new Set(told.map(({ channel }) => channel))
  const routed = [...channelsOfIncident(routes, incident, routedComponents(deps, incident))]
  const url = urlOf(deps, incident)
  const say = (destinations: readonly Destination[], what: Telling) =>
    addNotifications(
      deps,
      tx,
      destinations.map(({ channel, recipient }) => ({
        ...{ channel, recipient, subject, message: said(incident, what, templates, url) },
        occasion: `${subject}:${telling.seq}`,
        ...{ incidentNum: incident.num, pageNum: null, person: '' },
      })),
    )
  const follows = told.filter(({ isFollower }) => isEnd || isFollower)
  if (telling.kind !== 'joined') await say(follows, telling)
  if (isEnd) return
  // Who hears of it for the first time hears that it is there, whatever it is that happened.
  const fresh = routed.filter((channel) => !known.has(channel)).map((channel) => ({ channel, recipient: '' }))
  await say(fresh, { ...telling, kind: telling.kind === 'reopened' ? 'reopened' : 'opened' })
}

async function page(deps: Deps, tx: Transaction, incident: Incident, subject: string): Promise<void> {
  const policy = policyForIncident(deps.onCall().policies, incident, routedComponents(deps, incident))
  if (!policy) return
  const labels = labelsOfIncident(incident, await readFiring(tx, incident), (id) => groupOf(deps, id))
  await openPage(deps, tx, {
    ...{ subject, incidentNum: incident.num, policy: policy.name },
    title: titleOfIncident(incident),
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
