import { OpsError } from '@akashic/shared/errors'
import { publicRoute } from '@akashic/shared/http'
import type { Reply, Route } from '@akashic/shared/http'
import { renderStatusBadge, renderUptimeBadge } from '@akashic/status-page'
import { z } from 'zod'
import type { LiveStatus } from '../live-status/live-status.ts'
import type { SnapshotComponent } from '../live-status/snapshot.ts'
import type { UptimeBoard } from '../live-status/uptime-board.ts'

const params = z.strictObject({ component: z.string().describe('Id of a public component.') })
const windows = { '24h': 'last24h', '7d': 'last7d', '30d': 'last30d', '90d': 'last90d' } as const
const query = z.strictObject({ window: z.enum(['24h', '7d', '30d', '90d']).default('30d') })
const answers = { 200: { description: 'The badge.', type: 'image/svg+xml' } }

export function badgeRoutes(live: LiveStatus, board: UptimeBoard): Route[] {
  return [
    publicRoute({
      method: 'GET',
      path: '/badges/{component}.svg',
      tag: 'Public',
      summary: 'A badge of what a component is now',
      params,
      answers,
      serve: async ({ params: { component: id } }) => {
        const { name, status } = publicComponent(live, id)
        return badge(renderStatusBadge({ label: name, status: live.isStale() ? 'unknown' : status }))
      },
    }),
    publicRoute({
      method: 'GET',
      path: '/badges/{component}/uptime.svg',
      tag: 'Public',
      summary: "A badge of a component's uptime",
      params,
      query,
      answers,
      serve: async ({ params: { component: id }, query: { window } }) => {
        const component = publicComponent(live, id)
        const known = (await board.lookUp([component])).get(id)
        const ratio = known?.uptime.windows?.[windows[window]]?.ratio ?? null
        return badge(renderUptimeBadge({ label: `${component.name} uptime ${window}`, ratio }))
      },
    }),
  ]
}

function publicComponent(live: LiveStatus, id: string): SnapshotComponent {
  const component = live.snapshot()?.components.find((c) => c.id === id && c.visibility === 'public')
  if (!component) throw new OpsError('not_found', 'There is no such component.')
  return component
}

const badge = (svg: string): Reply => ({
  content: { type: 'image/svg+xml; charset=utf-8', bytes: svg },
  headers: { 'cache-control': 'public, max-age=30' },
})
