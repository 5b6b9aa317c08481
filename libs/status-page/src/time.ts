import { formatInstant } from './figures.ts'
import { html, type Markup } from './markup.ts'

/** An instant in UTC, which the page's script turns into the reader's own time. */
export function time(ms: number, nowMs: number): Markup {
  return html`<time datetime="${new Date(ms).toISOString()}">${formatInstant(ms, nowMs)}</time>`
}
