import { html, type Markup } from '../document/markup.ts'
import { time } from '../document/time.ts'
import { formatDuration } from '../words/figures.ts'
import { impactWords, incidentStatusWord } from '../words/incident-words.ts'
import { isOpen, type PageIncident } from './incident.ts'

/** When an incident began and ended, how bad it was, and how long the public waited for a word. */
export function renderIncidentFacts(incident: PageIncident, nowMs: number): Markup {
  const { status, impact, startedAtMs, resolvedAtMs, firstWordAfterMs } = incident
  const isOver = !isOpen(incident)
  return html`<dl>
    ${fact(isOver ? 'Impact' : 'Standing', isOver ? impactWords(impact) : incidentStatusWord(status))}
    ${fact('Began', time(startedAtMs, nowMs))}
    ${resolvedAtMs !== undefined && fact('Resolved', html`${time(resolvedAtMs, nowMs)}, after ${formatDuration(resolvedAtMs - startedAtMs)}`)}
    ${firstWordAfterMs !== undefined && fact('First public word', isAtOnce(firstWordAfterMs) ? 'At once' : `${formatDuration(firstWordAfterMs)} after the first red check`)}
  </dl>`
}

function fact(name: string, value: Markup | string): Markup {
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`
}

/** How long the public waited for the first word, counted from the first red check; empty when that is not known. */
export function renderWait({ firstWordAfterMs }: Pick<PageIncident, 'firstWordAfterMs'>): string {
  if (firstWordAfterMs === undefined) return ''
  return `First public word ${isAtOnce(firstWordAfterMs) ? 'at once' : `after ${formatDuration(firstWordAfterMs)}`}.`
}

const isAtOnce = (ms: number): boolean => ms < 1_000
