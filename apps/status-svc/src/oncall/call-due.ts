import type { EscalationPolicy, Person } from '@akashic/config'
import { systemActor } from '@akashic/shared/audit'
import type { Transaction } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { readFiring } from '../alert/alerts-of-incidents.ts'
import { amendIn } from '../incident/amend.ts'
import { eachApart } from '../incident/each-apart.ts'
import type { Happening, Incident } from '../incident/incident.ts'
import { addNotifications } from '../notification/add-notifications.ts'
import type { NewNotification } from '../notification/notification.ts'
import { readDestinations } from '../notification/told-destinations.ts'
import { labelsOfIncident } from '../silence/labels.ts'
import { mutedUntil } from '../silence/muted-until.ts'
import type { OnCallDeps } from './on-call-deps.ts'
import { turnOf, type Page, type PageEntry, type PageEntryKind } from './page.ts'
import { callWords, exhaustedWords, titleNow } from './page-words.ts'
import * as store from './store.ts'
import { whoToCall } from './who-to-call.ts'

/** At most so many pages at a tick; the others come with the next. */
const atOnce = 100
/** Nobody is called while an incident is only watched; it is looked at again after this. */
const pausedMs = 30_000

type Deps = OnCallDeps & { readonly log: Logger }

/** Calls the next step of every page that is due, on one replica each. A page that cannot be called is logged, and holds up
 *  no other. */
export async function callDue(deps: Deps, nowMs: number): Promise<void> {
  const due = await store.readDue(deps.db, nowMs, atOnce)
  await eachApart(deps.log, due.map(String), (num) =>
    deps.db.transaction((tx) => callOne(deps, tx, Number(num), nowMs)),
  )
}

async function callOne(deps: Deps, tx: Transaction, num: number, nowMs: number): Promise<void> {
  const seen = await store.readByNum(tx, num)
  if (!seen?.incidentId) {
    await turn(deps, tx, num, null, nowMs)
    return
  }
  // The incident first, then its page: the order in which everybody locks them.
  await amendIn(deps, tx, systemActor('status'), { id: seen.incidentId, version: null }, async (incident) => {
    const happenings = await turn(deps, tx, num, incident, nowMs)
    return { incident, happenings, act: { action: 'oncall.call', detail: { page: seen.id } } }
  })
}

async function turn(
  deps: Deps,
  tx: Transaction,
  num: number,
  incident: Incident | null,
  nowMs: number,
): Promise<Happening[]> {
  const page = await store.lock(tx, num)
  if (!page || page.dueAtMs === null || page.dueAtMs > nowMs) return []
  if (incident?.status === 'monitoring') {
    await store.save(tx, page, { dueAtMs: nowMs + pausedMs }, nowMs)
    return []
  }
  if (await isHeldBack(deps, tx, page, incident, nowMs)) return []
  const { policies } = deps.onCall()
  const policy = policies.find(({ name }) => name === page.policy)
  if (!policy) return giveUp(deps, tx, page, incident, nowMs, `there is no policy ${page.policy} any more`)
  const steps = await whoToCall(tx, deps.onCall(), policy, nowMs)
  const next = turnOf(page, policy, (step) => steps[step]!.length > 0, nowMs)
  if (next.kind === 'exhaust') return giveUp(deps, tx, page, incident, nowMs, '')
  await store.save(tx, page, next.change, nowMs)
  if (next.kind === 'nobody') return nobody(deps, tx, page, policy, nowMs)
  return call(deps, tx, page, incident, steps[next.step]!, next, nowMs)
}

/** True while a silence holds the page back, also one that was made while it was calling; it is looked at again when that
 *  ends. */
async function isHeldBack(
  deps: Deps,
  tx: Transaction,
  page: Page,
  incident: Incident | null,
  nowMs: number,
): Promise<boolean> {
  if (!incident || (await store.readLastKind(tx, page.num)) === 'escalated') return false
  const labels = labelsOfIncident(
    incident,
    await readFiring(tx, incident),
    (id) => deps.components.get(id)?.spec.group ?? null,
  )
  const untilMs = await mutedUntil(tx, labels, nowMs)
  if (untilMs === null) return false
  await store.save(tx, page, { state: 'silenced', dueAtMs: untilMs }, nowMs)
  if (page.state !== 'silenced') await note(tx, page, nowMs, 'silenced', '', `until ${new Date(untilMs).toISOString()}`)
  return true
}

async function call(
  deps: Deps,
  tx: Transaction,
  page: Page,
  incident: Incident | null,
  people: readonly Person[],
  { step, round }: { readonly step: number; readonly round: number },
  nowMs: number,
): Promise<Happening[]> {
  const message = callWords(page, titleNow(page, incident), incident, round > 0)
  const notifications = people.flatMap((person) =>
    person.contacts.map(({ channel, to }): NewNotification => ({
      // Each turn raises the version: a step that is called again, as after a snooze, is told again.
      occasion: `page:${page.id}:${page.version}:${person.id}`,
      ...{ channel, recipient: to ?? '', subject: page.subject, message },
      ...{ incidentNum: page.incidentNum, pageNum: page.num, person: person.id },
    })),
  )
  await addNotifications(deps, tx, notifications)
  for (const person of people) await note(tx, page, nowMs, 'called', person.name, `step ${step + 1}`)
  return people.map((person) => ({ kind: 'paged', body: { person: person.name, step: step + 1, isBySystem: true } }))
}

async function nobody(
  deps: Deps,
  tx: Transaction,
  page: Page,
  policy: EscalationPolicy,
  nowMs: number,
): Promise<Happening[]> {
  await note(tx, page, nowMs, 'nobody', '', `nobody is on call in any step of ${policy.name}`)
  deps.log.error({ page: page.id, policy: policy.name }, 'nobody is on call: a page reaches no one')
  return [{ kind: 'paged', body: { person: '', isBySystem: true } }]
}

async function giveUp(
  deps: Deps,
  tx: Transaction,
  page: Page,
  incident: Incident | null,
  nowMs: number,
  why: string,
): Promise<Happening[]> {
  await store.save(tx, page, { state: 'exhausted', dueAtMs: null }, nowMs)
  await note(tx, page, nowMs, 'exhausted', '', why)
  const destinations = await readDestinations(tx, page.subject)
  const message = exhaustedWords(page, titleNow(page, incident))
  await addNotifications(
    deps,
    tx,
    destinations
      .filter(({ isFollower }) => isFollower)
      .map(({ channel, recipient }) => ({
        ...{ channel, recipient, person: '' },
        ...{ occasion: `page:${page.id}:${page.version}:exhausted`, subject: page.subject, message },
        ...{ incidentNum: page.incidentNum, pageNum: page.num },
      })),
  )
  deps.log.error({ page: page.id, policy: page.policy, why }, 'nobody acknowledged a page')
  return [{ kind: 'page_exhausted', body: { isBySystem: true } }]
}

async function note(
  tx: Transaction,
  page: Page,
  atMs: number,
  kind: PageEntryKind,
  person: string,
  detail: string,
): Promise<void> {
  const entry: PageEntry = { atMs, kind, person, detail }
  await store.addEntry(tx, page.num, entry)
}
