import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import type { Transaction } from '@akashic/shared/postgres'
import { requireRole } from '@akashic/shared/access'
import { addAudit } from '../audit/audit.ts'
import { amendIn } from '../incident/amend.ts'
import { isIncidentId } from '../incident/claim-incident.ts'
import type { Happening, Incident } from '../incident/incident.ts'
import { refuse } from '../incident/text.ts'
import { addNotifications } from '../notification/add-notifications.ts'
import { readDestinations } from '../notification/told-destinations.ts'
import type { OnCallDeps } from './on-call-deps.ts'
import type { Page, PageChange, PageEntry } from './page.ts'
import { answeredWords, titleNow } from './page-words.ts'
import * as store from './store.ts'

/** What a person does about a page. */
export type PageAnswer =
  | { readonly kind: 'acknowledge' }
  /** It calls again from its first step after `forMs`. */
  | { readonly kind: 'snooze'; readonly forMs: number }
  /** It calls the next step at once. */
  | { readonly kind: 'escalate' }

const shortestSnoozeMs = 60_000
const longestSnoozeMs = 86_400_000

/** Answers a page as the actor. Idempotent: acknowledging what is acknowledged, and answering what is over, change nothing.
 *  @throws OpsError not_found, invalid_argument, or permission_denied below operator. */
export async function answerPage(deps: OnCallDeps, actor: Actor, id: string, answer: PageAnswer): Promise<Page> {
  requireRole(actor.principal, 'operator')
  return answerAs(deps, actor, id, answer)
}

/** As answerPage, of a person who is known by their link.
 *  @throws OpsError not_found, also for a page about an incident that the actor may not know of; permission_denied where it
 *  is about components that the actor may not touch. */
export async function answerAs(deps: OnCallDeps, actor: Actor, id: string, answer: PageAnswer): Promise<Page> {
  if (answer.kind === 'snooze' && !(answer.forMs >= shortestSnoozeMs && answer.forMs <= longestSnoozeMs)) {
    refuse('for', 'must be from 1m to 24h')
  }
  return deps.db.transaction(async (tx) => {
    const seen = await findPage(tx, id)
    if (seen.incidentId === null) {
      await answerIn(deps, tx, actor, seen.num, null, answer)
    } else {
      // The incident first, then its page: the order in which everybody locks them.
      await amendIn(deps, tx, actor, { id: seen.incidentId, version: null }, async (incident) => {
        const happenings = await answerIn(deps, tx, actor, seen.num, incident, answer)
        return { incident, happenings, act: { action: `oncall.${answer.kind}`, detail: { page: id } } }
      })
    }
    return (await store.readById(tx, id))!
  })
}

/** @throws OpsError not_found. */
async function findPage(tx: Transaction, id: string): Promise<Page> {
  const page = isIncidentId(id) ? await store.readById(tx, id) : undefined
  if (page) return page
  throw new OpsError('not_found', `There is no page ${id}.`)
}

async function answerIn(
  deps: OnCallDeps,
  tx: Transaction,
  actor: Actor,
  num: number,
  incident: Incident | null,
  answer: PageAnswer,
): Promise<Happening[]> {
  const nowMs = deps.clock.now()
  const page = (await store.lock(tx, num))!
  const { name } = actor.principal
  const policy = deps.onCall().policies.find((one) => one.name === page.policy)
  const change = changeOf(page, answer, name, policy?.repeat ?? 0, nowMs)
  if (!change) return []
  await store.save(tx, page, change, nowMs)
  const detail = answer.kind === 'snooze' ? `until ${clockTime(change.dueAtMs!)}` : ''
  const kind = ({ acknowledge: 'acknowledged', snooze: 'snoozed', escalate: 'escalated' } as const)[answer.kind]
  await store.addEntry(tx, num, { atMs: nowMs, kind, person: name, detail } satisfies PageEntry)
  if (page.incidentNum === null) {
    await addAudit(tx, nowMs, actor, [
      { action: `oncall.${answer.kind}`, subject: page.id, detail: { subject: page.subject } },
    ])
  }
  if (kind !== 'escalated')
    await tellOthers(deps, tx, page, answeredWords(titleNow(page, incident), name, kind, detail))
  return [{ kind: 'page_answered', body: { person: name, answer: detail === '' ? kind : `${kind} ${detail}` } }]
}

/** Two taps on one button within this are one answer. */
const sameTapMs = 60_000

function changeOf(page: Page, answer: PageAnswer, name: string, repeat: number, nowMs: number): PageChange | null {
  if (page.state === 'resolved') return null
  switch (answer.kind) {
    case 'acknowledge':
      return page.state === 'acknowledged' ? null : { state: 'acknowledged', dueAtMs: null, acknowledgedBy: name }
    case 'snooze': {
      const dueAtMs = nowMs + answer.forMs
      const isSame = page.state === 'snoozed' && Math.abs(page.dueAtMs! - dueAtMs) < sameTapMs
      return isSame ? null : { state: 'snoozed', step: 0, round: 0, dueAtMs }
    }
    case 'escalate': {
      const isDue = page.state === 'calling' && page.dueAtMs !== null && page.dueAtMs <= nowMs
      return isDue ? null : { state: 'calling', dueAtMs: nowMs, ...(page.round > repeat && { step: 0, round: 0 }) }
    }
  }
}

/** Tells everybody who was told of the subject, once for each answer. */
async function tellOthers(
  deps: OnCallDeps,
  tx: Transaction,
  page: Page,
  message: ReturnType<typeof answeredWords>,
): Promise<void> {
  const destinations = await readDestinations(tx, page.subject)
  await addNotifications(
    deps,
    tx,
    destinations.map(({ channel, recipient }) => ({
      ...{ channel, recipient, subject: page.subject, message, person: '' },
      occasion: `page:${page.id}:${message.type}:${page.version}`,
      ...{ incidentNum: page.incidentNum, pageNum: page.num },
    })),
  )
}

const clockTime = (ms: number): string => `${new Date(ms).toISOString().slice(11, 16)} UTC`
