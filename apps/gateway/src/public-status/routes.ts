import { OpsError } from '@akashic/shared/errors'
import { publicRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import type { LiveStatus } from '../live-status/live-status.ts'
import type { UptimeBoard } from '../live-status/uptime-board.ts'
import { componentView, componentViewSchema } from './component-view.ts'
import { documentRoute, notKnownYet } from './prepared-document.ts'
import { publicStatusSchema } from './public-view.ts'
import type { StatusDocument } from './status-document.ts'

export interface PublicStatusDeps {
  readonly document: StatusDocument
  readonly live: LiveStatus
  readonly board: UptimeBoard
}

export function publicStatusRoutes({ document, live, board }: PublicStatusDeps): Route[] {
  return [
    documentRoute({
      document,
      path: '/status',
      tag: 'Public',
      summary: 'The status of every public component, with what the public is told',
      description: 'Answers 304 to If-None-Match, in gzip or br where accepted, to any origin.',
      answer: { description: 'The status.', schema: publicStatusSchema },
    }),
    publicRoute({
      method: 'GET',
      path: '/status/stream',
      tag: 'Public',
      summary: 'The status as it changes (server-sent events)',
      description:
        'Event `snapshot` has every component, `status` those that changed, both what the public is told; ' +
        '`heartbeat` has nothing. ' +
        'A reader that comes back with Last-Event-ID is sent what it missed, or a new snapshot.',
      answers: { 200: { description: 'The stream.', type: 'text/event-stream' } },
      serve: async () => {
        throw notKnownYet()
      },
    }),
    publicRoute({
      method: 'GET',
      path: '/status/components/{id}',
      tag: 'Public',
      summary: 'One component: its uptime, its last 90 days, its response times',
      params: z.strictObject({ id: z.string() }),
      answers: { 200: { description: 'The component.', schema: componentViewSchema } },
      serve: async ({ params: { id } }) => {
        const view = document.view()
        const component = view?.components.find((c) => c.id === id)
        const known = live.snapshot()?.components.find((c) => c.id === id)
        if (!view || !component || !known) throw new OpsError('not_found', 'There is no such component.')
        const uptime = (await board.lookUp([known])).get(id)?.uptime
        const staleness = live.isStale() ? { stale: true as const, ageMs: live.ageMs() ?? 0 } : {}
        const body = componentView(component, uptime, { ...view, ...staleness })
        return { body, headers: { 'cache-control': 'public, max-age=5' } }
      },
    }),
  ]
}
