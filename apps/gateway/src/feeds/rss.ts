import { publicAddress } from '../public-address.ts'
import type { PublicPage } from '../public-address.ts'
import type { FeedEntry } from './entries.ts'
import { xml } from './xml.ts'
import type { Xml } from './xml.ts'

/** The entries as an RSS 2.0 feed. */
export function rssFeed(entries: readonly FeedEntry[], page: PublicPage): string {
  return xml`<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${page.title}</title>
<link>${publicAddress(page, '/')}</link>
<description>Incidents and scheduled maintenance</description>
<atom:link rel="self" type="application/rss+xml" href="${publicAddress(page, '/history.rss')}"/>
${entries.map(itemOf)}</channel>
</rss>
`.text
}

function itemOf({ id, title, url, publishedMs, html }: FeedEntry): Xml {
  return xml`<item>
<guid isPermaLink="false">${id}</guid>
<title>${title}</title>
<link>${url}</link>
<pubDate>${new Date(publishedMs).toUTCString()}</pubDate>
<description>${html}</description>
</item>
`
}
