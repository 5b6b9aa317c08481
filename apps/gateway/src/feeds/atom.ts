import { iso } from '../instant.ts'
import { publicAddress } from '../public-address.ts'
import type { PublicPage } from '../public-address.ts'
import type { FeedEntry } from './entries.ts'
import { xml } from './xml.ts'
import type { Xml } from './xml.ts'

/** The entries as an Atom feed (RFC 4287). */
export function atomFeed(entries: readonly FeedEntry[], page: PublicPage): string {
  const home = publicAddress(page, '/')
  const updatedMs = entries.reduce((newest, entry) => Math.max(newest, entry.updatedMs), 0)
  return xml`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${home === '/' ? 'tag:localhost,2026:history' : home}</id>
<title>${page.title}</title>
<updated>${iso(updatedMs)}</updated>
<author><name>${page.title}</name></author>
<link rel="alternate" type="text/html" href="${home}"/>
<link rel="self" type="application/atom+xml" href="${publicAddress(page, '/history.atom')}"/>
${entries.map(entryOf)}</feed>
`.text
}

function entryOf({ id, title, url, publishedMs, updatedMs, html }: FeedEntry): Xml {
  return xml`<entry>
<id>${id}</id>
<title>${title}</title>
<link rel="alternate" type="text/html" href="${url}"/>
<published>${iso(publishedMs)}</published>
<updated>${iso(updatedMs)}</updated>
<content type="html">${html}</content>
</entry>
`
}
