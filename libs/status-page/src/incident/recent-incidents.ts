import { html, type Markup } from '../document/markup.ts'
import { time } from '../document/time.ts'
import type { Told } from '../model.ts'
import { formatDuration } from '../words/figures.ts'
import { impactWords } from '../words/incident-words.ts'
import { isInFront, isRecent, recentDays, type PageIncident } from './incident.ts'

const mostShown = 20

/** The incidents of the last days that are over, in a line each. */
export function renderRecentIncidents(told: Told | null, nowMs: number): Markup {
  return html`<section id="history">
    <h2>Recent incidents</h2>
    ${told === null ? html`<p class="plain">Not known right now.</p>` : renderList(told.incidents, nowMs)}
  </section>`
}

function renderList(incidents: readonly PageIncident[], nowMs: number): Markup {
  const isAnyInFront = incidents.some((incident) => isInFront(incident, nowMs))
  const recent = incidents.filter((incident) => isRecent(incident, nowMs) && !isInFront(incident, nowMs))
  const history = html`<a href="history">history</a>`
  if (recent.length === 0) {
    const none = isAnyInFront ? 'No other incidents' : 'No incidents'
    return html`<p class="plain">${none} in the last ${recentDays} days. Older ones are in the ${history}.</p>`
  }
  return html`<ul class="panel past">
      ${recent.slice(0, mostShown).map((incident) => renderLine(incident, nowMs))}
    </ul>
    <p class="plain">All others are in the ${history}.</p>`
}

function renderLine({ id, title, impact, startedAtMs, resolvedAtMs }: PageIncident, nowMs: number): Markup {
  const length = resolvedAtMs !== undefined && `, resolved after ${formatDuration(resolvedAtMs - startedAtMs)}`
  return html`<li>
    <a href="incidents/${id}">${title}</a> <span>${time(startedAtMs, nowMs)}. ${impactWords(impact)}${length}.</span>
  </li>`
}
