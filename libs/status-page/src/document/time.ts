import { formatInstant } from '../words/figures.ts'
import { html, type Markup } from './markup.ts'

/** An instant in UTC, which the page's script turns into the reader's own time. */
export function time(ms: number, nowMs: number): Markup {
  return html`<time datetime="${iso(ms)}">${formatInstant(ms, nowMs)}</time>`
}

/** From one instant to another, whose day is told only when it is another one. */
export function timeRange(fromMs: number, toMs: number, nowMs: number): Markup {
  const isSameDay = iso(fromMs).slice(0, 10) === iso(toMs).slice(0, 10)
  const end = formatInstant(toMs, isSameDay ? toMs : nowMs)
  return html`${time(fromMs, nowMs)} to <time datetime="${iso(toMs)}" data-after="${iso(fromMs)}">${end}</time>`
}

const iso = (ms: number): string => new Date(ms).toISOString()
