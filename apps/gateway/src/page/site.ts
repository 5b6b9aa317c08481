import type { Site } from '@akashic/status-page'
import type { Clock } from '@akashic/shared/clock'
import type { LiveStatus } from '../live-status/live-status.ts'
import type { PublicPage } from '../public-address.ts'
import type { Names } from './told-model.ts'

export interface SiteDeps {
  readonly live: LiveStatus
  readonly clock: Clock
  readonly page: () => PublicPage
}

/** Relative to the page. */
export const feeds = { atom: 'history.atom', rss: 'history.rss', calendar: 'calendar.ics' } as const

/** What every page says of its site, and of how fresh it is. */
export function siteOf({ live, clock, page }: SiteDeps): Site {
  const staleForMs = live.isStale() ? live.ageMs() : null
  return { page: page(), nowMs: clock.now(), feeds, ...(staleForMs !== null && { staleForMs }) }
}

/** Names of the components that may be shown. */
export function publicNames(live: Pick<LiveStatus, 'snapshot'>): Names {
  const components = live.snapshot()?.components ?? []
  return new Map(components.filter(({ visibility }) => visibility === 'public').map(({ id, name }) => [id, name]))
}
