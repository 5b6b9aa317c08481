import { html, type Markup } from '../document/markup.ts'
import { time } from '../document/time.ts'
import { formatDuration } from '../words/figures.ts'
import { impactWords, incidentStatusWord } from '../words/incident-words.ts'
import { isOpen, type PageIncident } from './incident.ts'

/** When an incident began and ended, how bad it was, and how long the public waited for a word. */
export function renderIncidentFacts(incident: PageIncident, nowMs: number): Markup {
  const { status, impact, startedAtMs, resolvedAtMs } = incident
  const isOver = !isOpen(incident)
  const word = firstWord(incident)
  return html`<dl>
    ${fact(isOver ? 'Impact' : 'Standing', isOver ? impactWords(impact) : incidentStatusWord(status))}
    ${fact('Began', time(startedAtMs, nowMs))}
    ${resolvedAtMs !== undefined && fact('Resolved', html`${time(resolvedAtMs, nowMs)}, after ${formatDuration(resolvedAtMs - startedAtMs)}`)}
    ${word !== '' && fact('First public word', word)}
  </dl>`
}

function fact(name: string, value: Markup | string): Markup {
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`
}

/** How long after the first red check the public was told; empty when that is not known. */
export function firstWord({ firstWordAfterMs }: Pick<PageIncident, 'firstWordAfterMs'>): string {
  if (firstWordAfterMs === undefined) return ''
  return firstWordAfterMs < 1_000 ? 'at once' : `${formatDuration(firstWordAfterMs)} after the first red check`
}
