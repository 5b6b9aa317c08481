import type { Status } from '../model.ts'
import { renderDocument, type Site } from './document.ts'
import { html, type Markup } from './markup.ts'
import { readingPageScript } from './scripts.ts'
import { readingStyle } from './style.ts'
import { time } from './time.ts'

export interface ReadingPage {
  readonly site: Site
  /** From the page to where the status page is: empty, or `../`. */
  readonly root: string
  readonly title: string
  readonly tone: Status
  /** Of what is told; an open page fetches itself when the stream tells another one. Absent where nothing is told. */
  readonly version?: number
  /** After how many seconds an open page looks again by itself, where nothing could be told. */
  readonly retryAfterS?: number
  readonly content: Markup
}

/** A page that is read: what was written, the way back, and how old it is when nobody can vouch for it. */
export function renderReadingPage({ site, root, title, tone, version, retryAfterS, content }: ReadingPage): string {
  return renderDocument({
    ...{ site, root, title, tone },
    style: readingStyle,
    script: readingPageScript,
    main: html`<main data-root="${root}" ${dataOf('told', version)} ${dataOf('retry-after', retryAfterS)}>
      ${renderAge(site)}
      <div id="content">${content}</div>
      <p class="back"><a href="${root || './'}">Status now</a> · <a href="${root}history">History</a></p>
    </main>`,
    footer: html`<p id="zone">Times are in UTC.</p>`,
  })
}

function dataOf(name: string, value: number | undefined): Markup | false {
  return value !== undefined && html`data-${name}="${value}"`
}

function renderAge({ staleForMs, nowMs }: Site): Markup | false {
  if (staleForMs === undefined) return false
  return html`<p class="notice">
    Our own status service cannot be reached: this is what was known at ${time(nowMs - staleForMs, nowMs)}.
  </p>`
}
