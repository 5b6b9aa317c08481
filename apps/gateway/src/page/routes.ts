import { contentSecurityPolicy, readingPageScript, statusPageScript } from '@akashic/status-page'
import { OpsError } from '@akashic/shared/errors'
import { publicRoute } from '@akashic/shared/http'
import type { Reply, Route } from '@akashic/shared/http'
import { z } from 'zod'
import {
  drawFront,
  drawHistory,
  drawIncident,
  drawMaintenance,
  type DrawnPage,
  type WordPageDeps,
} from './word-pages.ts'

export interface PageDeps extends WordPageDeps {
  readonly drawPage: () => Promise<string>
}

const page = { method: 'GET', tag: 'Public' } as const
const html = { type: 'text/html' } as const
const answers = {
  200: { description: 'The page.', ...html },
  404: { description: 'A page that says that nothing is there, or nothing public.', ...html },
  503: { description: 'A page that says that it cannot be read right now.', ...html },
}
// What people follow is a link, with whatever was put onto it on its way: it is never refused as a wrong request.
const anything = z.object({})
const params = z.strictObject({ id: z.string() })
const query = z.object({ cursor: z.string().default('').describe('Of the page before.') })

export function pageRoutes(deps: PageDeps): Route[] {
  return [
    publicRoute({
      ...page,
      path: '/',
      summary: 'The status page',
      query: anything,
      answers: { 200: answers[200], 503: answers[503] },
      serve: async () => replyOf(await drawFront(deps)),
    }),
    publicRoute({
      ...page,
      path: '/incidents/{id}',
      summary: 'What was published of an incident, on a page',
      params,
      query: anything,
      answers,
      serve: async (request) => replyOf(await drawIncident(deps, request.params.id, request.signal)),
    }),
    publicRoute({
      ...page,
      path: '/maintenances/{id}',
      summary: 'A maintenance, on a page',
      params,
      query: anything,
      answers,
      serve: async (request) => replyOf(await drawMaintenance(deps, request.params.id, request.signal)),
    }),
    publicRoute({
      ...page,
      path: '/history',
      summary: 'Published incidents, newest first, on pages',
      query,
      answers,
      serve: async (request) => replyOf(await drawHistory(deps, request.query.cursor, request.signal)),
    }),
    scriptRoute(),
  ]
}

const scripts = new Map([statusPageScript, readingPageScript].map(({ path, content }) => [`/${path}`, content]))

function scriptRoute(): Route {
  return publicRoute({
    ...page,
    path: '/scripts/{file}',
    summary: 'What keeps an open page true',
    params: z.strictObject({ file: z.string().max(100) }),
    answers: { 200: { description: 'The script.', type: 'text/javascript' } },
    serve: async ({ params: { file } }) => {
      const bytes = scripts.get(`/scripts/${file}`)
      if (bytes === undefined) throw new OpsError('not_found', 'There is no such script; the page has another one now.')
      const headers = { 'cache-control': 'public, max-age=31536000, immutable' }
      return { content: { type: 'text/javascript; charset=utf-8', bytes }, headers }
    },
  })
}

const replyOf = ({ status, html: bytes }: DrawnPage): Reply => ({
  status,
  content: { type: 'text/html; charset=utf-8', bytes },
  headers: {
    'cache-control': 'no-cache',
    'content-security-policy': contentSecurityPolicy,
    ...(status === 503 && { 'retry-after': '2' }),
  },
})
