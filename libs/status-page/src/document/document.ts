import { faviconOf, iconSheet } from './icons.ts'
import { html, raw, type Markup } from './markup.ts'
import type { PageScript } from './scripts.ts'
import type { Status, StatusPageModel } from '../model.ts'
import { time } from './time.ts'

/** What every page knows of its site and of how fresh it is. */
export type Site = Pick<StatusPageModel, 'page' | 'nowMs' | 'staleForMs' | 'feeds'>

export interface Frame {
  readonly site: Site
  /** From the page to where the status page is: empty, or `../`. */
  readonly root: string
  readonly isHome?: boolean
  readonly title: string
  readonly tone: Status
  readonly style: string
  readonly script: PageScript
  /** The whole `<main>`. */
  readonly main: Markup
  readonly footer: Markup
}

/** A page as one HTML document that needs nothing else to be read. Its links are relative to where it is served. */
export function renderDocument(frame: Frame): string {
  const { site, root, title, tone, style, script, main, footer } = frame
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title} · ${site.page.title}</title>
        <link rel="icon" href="${faviconOf(tone)}" />
        <script src="${root}${script.path}" defer></script>
        ${alternates(site, root)} ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        ${iconSheet()} ${renderHeader(frame)} ${main}
        <footer>${footer}</footer>
        <p class="unseen" role="status" id="news"></p>
      </body>
    </html>`.text
}

function alternates({ feeds }: Site, root: string): Markup[] {
  const { atom, rss, calendar } = feeds ?? {}
  const offered = [
    ['application/atom+xml', 'Atom', atom],
    ['application/rss+xml', 'RSS', rss],
    ['text/calendar', 'Maintenance', calendar],
  ] as const
  return offered.flatMap(([type, title, href]) =>
    href === undefined ? [] : [html`<link rel="alternate" type="${type}" title="${title}" href="${root}${href}" />`],
  )
}

/** The site's name leads to its public address on the status page, and to the status page from all others. */
function renderHeader({ site, root, isHome = false }: Frame): Markup {
  const { page, nowMs, staleForMs } = site
  const address = page.url !== undefined && /^https?:\/\//i.test(page.url) ? page.url : undefined
  const href = isHome ? address : root || './'
  return html`<header>
    ${href === undefined ? html`<b>${page.title}</b>` : html`<a href="${href}">${page.title}</a>`}
    <p class="live">As of ${time(nowMs - (staleForMs ?? 0), nowMs)}</p>
  </header>`
}
