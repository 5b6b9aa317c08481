import { html, raw, type Markup } from './markup.ts'
import type { Status } from '../model.ts'
import { tones } from './tones.ts'

/** A shape of its own for each status, so that none is told by colour alone. */
const shapes: Readonly<Record<Status, string>> = {
  operational: '<path d="M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0Zm3.5 4.7-4.3 4.8-2.3-2.2-1.2 1.3 3.6 3.4 5.5-6.1Z"/>',
  degraded:
    '<path d="M8 .7c.5 0 .9.2 1.1.7l6.5 12c.5.9-.1 2-1.1 2h-13c-1 0-1.6-1.1-1.1-2l6.5-12c.2-.5.6-.7 1.1-.7ZM7.1 5.5v4.6h1.8V5.5Zm0 5.8v1.8h1.8v-1.8Z"/>',
  partial_outage: '<path d="M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0Zm0 1.8A6.2 6.2 0 0 0 1.8 8h12.4A6.2 6.2 0 0 0 8 1.8Z"/>',
  outage:
    '<path d="M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7Zm.7 4.1L4.1 5.4 6.7 8l-2.6 2.6 1.3 1.3L8 9.3l2.6 2.6 1.3-1.3L9.3 8l2.6-2.6-1.3-1.3L8 6.7Z"/>',
  maintenance:
    '<path transform="scale(.6667)" d="M14.7 6.3a1 1 0 0 0 0 1.4l1.6 1.6a1 1 0 0 0 1.4 0l3.8-3.8a6 6 0 0 1-8 8l-6.9 6.9a2.1 2.1 0 0 1-3-3l6.9-6.9a6 6 0 0 1 8-8Z"/>',
  unknown:
    '<path d="M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0Zm0 1.6a6.4 6.4 0 1 0 0 12.8A6.4 6.4 0 0 0 8 1.6ZM7.1 10.9h1.8v1.8H7.1Zm0-1.1c0-2 2-2 2-3.4 0-1.5-2.2-1.5-2.3.1H5.1c.1-3.9 5.8-3.8 5.8-.1 0 2.2-2 2.2-2 3.4Z"/>',
}

/** The symbols that `icon` refers to, and the hatch of time that was not measured: once on the page. */
export function iconSheet(): Markup {
  const symbols = Object.entries(shapes).map(
    ([status, shape]) => `<symbol id="${status}" viewBox="0 0 16 16">${shape}</symbol>`,
  )
  const hatch =
    '<pattern id="hatch" width="1" height="1" patternUnits="userSpaceOnUse"><path class="gap" d="M0 0h1v1H0z"/><path class="hatch" d="M0 0 .75-1M0 1 .75 0M0 2 .75 1"/></pattern>'
  return raw(`<svg class="sheet" aria-hidden="true"><defs>${symbols.join('')}${hatch}</defs></svg>`)
}

export function icon(status: Status): Markup {
  return html`<svg class="icon" aria-hidden="true"><use href="#${status}" /></svg>`
}

/** The tab's icon as a data URL: a dot in the status's colour, which the page's script changes with it. */
export function faviconOf(status: Status): string {
  return `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='${tones[status].replace('#', '%23')}'/%3E%3C/svg%3E`
}
