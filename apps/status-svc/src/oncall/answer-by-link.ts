import { OpsError } from '@akashic/shared/errors'
import type { Incident } from '../incident/incident.ts'
import { readIncident } from '../incident/claim-incident.ts'
import { systemActor } from '@akashic/shared/audit'
import { answerAs, type PageAnswer } from './answer-page.ts'
import { withEntries, type PageRecord } from './list-pages.ts'
import type { OnCallDeps } from './on-call-deps.ts'
import type { PageLinks } from './page-link.ts'
import { titleNow } from './page-words.ts'
import * as store from './store.ts'

export interface LinkDeps extends OnCallDeps {
  readonly links: PageLinks
}

/** What a person who follows a link sees. */
export interface LinkedPage {
  readonly page: PageRecord
  readonly personName: string
  /** The incident that it is about; null when it is about alerts, or about a restricted incident. */
  readonly incident: Incident | null
}

/** The page that a link is for. Looking changes nothing: previews of links acknowledge nothing.
 *  @throws OpsError unauthenticated for a link that is forged or has expired, not_found when its page is gone. */
export async function readByLink(deps: LinkDeps, token: string): Promise<LinkedPage> {
  const { pageNum, person } = await deps.links.read(token, deps.clock.now())
  if (!deps.onCall().people.some(({ id }) => id === person)) {
    throw new OpsError('unauthenticated', 'Nobody is called by this name any more.')
  }
  const page = await store.readByNum(deps.db, pageNum)
  if (!page) throw new OpsError('not_found', 'This page is kept no more.')
  const incident =
    page.incidentId === null ? null : await readIncident(deps.db, systemActor('status').principal, page.incidentId)
  const shown = { ...(await withEntries(deps.db, page)), title: titleNow(page, incident) }
  const isRestricted = incident?.visibility === 'restricted'
  return { page: shown, personName: nameOf(deps, person), incident: isRestricted ? null : incident }
}

/** Answers the page that a link is for, as the person whom it was sent to.
 *  @throws OpsError as readByLink, and invalid_argument. */
export async function answerByLink(deps: LinkDeps, token: string, answer: PageAnswer): Promise<LinkedPage> {
  const { page } = await readByLink(deps, token)
  const { person } = await deps.links.read(token, deps.clock.now())
  const principal = { id: `oncall:${person}`, name: nameOf(deps, person), kind: 'person', role: 'responder' } as const
  await answerAs(deps, { principal, requestId: null }, page.id, answer)
  return readByLink(deps, token)
}

const nameOf = ({ onCall }: LinkDeps, person: string): string =>
  onCall().people.find(({ id }) => id === person)?.name ?? person
