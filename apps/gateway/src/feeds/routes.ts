import type { LiveStatus } from '../live-status/live-status.ts'
import type { PublicPage } from '../public-address.ts'
import { documentHeaders, prepareDocument } from '../public-status/prepared-document.ts'
import type { ServedDocument } from '../public-status/prepared-document.ts'
import type { Told } from '../told/told.ts'
import { atomFeed } from './atom.ts'
import { feedEntries } from './entries.ts'
import type { FeedEntry } from './entries.ts'
import { rssFeed } from './rss.ts'

type Write = (entries: readonly FeedEntry[], page: PublicPage) => string

/** What the public was told, as feeds. */
export function feedDocuments(live: LiveStatus, page: () => PublicPage): ServedDocument[] {
  const sources = (): [Told, PublicPage] | null => (live.told().version === 0 ? null : [live.told(), page()])
  const feed = (name: string, format: string, type: string, write: Write): ServedDocument => ({
    path: `/history.${name}`,
    tag: 'Public',
    summary: `Published updates of incidents, and maintenances, as ${format}: the latest 50`,
    answer: { description: 'The feed, newest first.', type },
    document: prepareDocument(sources, (told, from) => write(feedEntries(told, from), from), [
      ...documentHeaders(type, 'public, max-age=60'),
      'Content-Security-Policy',
      "default-src 'none'",
    ]),
  })
  return [feed('atom', 'Atom', 'application/atom+xml', atomFeed), feed('rss', 'RSS', 'application/rss+xml', rssFeed)]
}
