import {
  pagedSecurityPolicy,
  renderPagedPage,
  renderProblemPage,
  type PagedModel,
  type Status,
} from '@akashic/status-page'
import type { LinkedPage, OnCallService } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { publicRoute } from '@akashic/shared/http'
import type { Reply, Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import type { PublicPage } from '../public-address.ts'

export interface LinkRouteDeps {
  readonly client: RpcClientOf<OnCallService>
  readonly clock: Clock
  readonly page: () => PublicPage
}

/** Answers by their place in the address: a form of one button carries nothing else. */
const answers = {
  acknowledge: { answer: 'acknowledge', forMs: 0 },
  escalate: { answer: 'escalate', forMs: 0 },
  'snooze-15m': { answer: 'snooze', forMs: 15 * 60_000 },
  'snooze-1h': { answer: 'snooze', forMs: 60 * 60_000 },
} as const

const token = z.string().min(1).max(200).describe('Of the link that the page carries.')
const html = { type: 'text/html' } as const
const documented = {
  200: { description: 'The page.', ...html },
  403: { description: 'A page that says that the link is forged or has expired.', ...html },
  404: { description: 'A page that says that this page is kept no more.', ...html },
}

/** The page behind the signed link of a page. Looking (GET) changes nothing; each answer is a POST, after which the page is
 *  shown as it is then. */
export function linkRoutes(deps: LinkRouteDeps): Route[] {
  const { client } = deps
  return [
    publicRoute({
      method: 'GET',
      path: '/page/{token}',
      tag: 'Public',
      summary: 'The page of somebody who is paged, by its signed link',
      params: z.strictObject({ token }),
      query: z.object({}),
      answers: documented,
      serve: ({ params, signal }) =>
        shownOr(deps, '../', async () => {
          const { linked } = await client.readPageByLink({ token: params.token }, callOf(signal))
          return reply(200, renderPagedPage(modelOf(linked!, params.token), siteOf(deps)))
        }),
    }),
    publicRoute({
      method: 'POST',
      path: '/page/{token}/{answer}',
      tag: 'Public',
      summary: 'Answer a page by its signed link',
      params: z.strictObject({ token, answer: z.enum(['acknowledge', 'escalate', 'snooze-15m', 'snooze-1h']) }),
      answers: { ...documented, 303: { description: 'Answered: back to the page.' } },
      serve: ({ params, signal }) =>
        shownOr(deps, '../../', async () => {
          await client.answerPageByLink({ token: params.token, ...answers[params.answer] }, callOf(signal))
          return { status: 303, headers: { ...headers, location: `../${encodeURIComponent(params.token)}` } }
        }),
    }),
  ]
}

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': pagedSecurityPolicy,
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
}

const reply = (status: number, bytes: string): Reply => ({
  status,
  content: { type: 'text/html; charset=utf-8', bytes },
  headers,
})

const callOf = (signal: AbortSignal) => ({ principal: systemActor('gateway').principal, signal })

const siteOf = ({ clock, page }: LinkRouteDeps) => ({ page: page(), nowMs: clock.now() })

/** The answer of `serve`, or a page that says why there is none. `root` leads from it to where the status page is. */
async function shownOr(deps: LinkRouteDeps, root: string, serve: () => Promise<Reply>): Promise<Reply> {
  try {
    return await serve()
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    const problem = problemOf(error)
    if (!problem) throw error
    const { status, ...said } = problem
    return reply(status, renderProblemPage(said, siteOf(deps), root))
  }
}

function problemOf({ code, message }: OpsError) {
  switch (code) {
    case 'unauthenticated':
      return {
        status: 403,
        title: 'This link cannot be used',
        detail: `${message} What calls is listed by: akashic oncall pages`,
      }
    case 'not_found':
      return { status: 404, title: 'Nothing to answer', detail: message }
    case 'unavailable':
    case 'deadline_exceeded':
      return { status: 503, title: 'Not now', detail: 'The page cannot be read right now. Try again in a moment.' }
    default:
      return null
  }
}

function modelOf(linked: LinkedPage, ofToken: string): PagedModel {
  const { page, personName, severity, incidentStatus, components } = linked
  const { title, state, acknowledgedBy, openedAtMs, dueAtMs, entries } = page!
  return {
    incidentStatus: (incidentStatus || null) as PagedModel['incidentStatus'],
    ...{ title, personName, acknowledgedBy, openedAtMs, severity, action: `./${encodeURIComponent(ofToken)}` },
    state: state as PagedModel['state'],
    dueAtMs: dueAtMs ?? null,
    components: components.map(({ status, ...component }) => ({ ...component, status: status as Status })),
    entries: entries.flatMap(({ atMs, kind, person, detail }) => {
      const text = sentenceOf(kind, person, detail)
      return text === '' ? [] : [{ atMs, text }]
    }),
  }
}

function sentenceOf(kind: string, person: string, detail: string): string {
  switch (kind) {
    case 'called':
      return `${person} was called`
    case 'nobody':
      return 'Nobody is on call'
    case 'acknowledged':
      return `${person} acknowledged`
    case 'snoozed':
      return `${person} snoozed it ${detail}`
    case 'escalated':
      return `${person} escalated`
    case 'exhausted':
      return 'Nobody is called any more'
    case 'silenced':
      return `Held back by a silence ${detail}`
    default:
      return ''
  }
}
