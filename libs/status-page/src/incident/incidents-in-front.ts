import { html, type Markup } from '../document/markup.ts'
import type { Told } from '../model.ts'
import { renderIncidentCard } from './incident-card.ts'
import { isInFront, isOpen, type Impact, type PageIncident } from './incident.ts'

const mostCards = 10

/** What readers look for first, right under the banner: open incidents, and those that have just ended. Empty when there are
 *  none; the page's script fills it when one is told of. */
export function renderIncidentsInFront(told: Told | null, nowMs: number): Markup {
  if (told === null) {
    return html`<section id="incidents">
      <h2>Incidents</h2>
      <p class="plain">What was written about incidents cannot be read right now.</p>
    </section>`
  }
  const shown = told.incidents.filter((incident) => isInFront(incident, nowMs)).sort(worstFirst)
  const rest = shown.length - mostCards
  return html`<section id="incidents">
    ${shown.length > 0 && html`<h2>Incidents</h2>`}
    ${shown.slice(0, mostCards).map((incident) => renderIncidentCard(incident, nowMs))}
    ${rest > 0 && html`<p class="plain">And ${rest} more: see the <a href="history">history</a>.</p>`}
  </section>`
}

const impacts: readonly Impact[] = ['critical', 'major', 'minor', 'none']

/** Open ones before those that have ended, and among them those with the worst impact first. */
function worstFirst(one: PageIncident, other: PageIncident): number {
  if (isOpen(one) !== isOpen(other)) return isOpen(one) ? -1 : 1
  return isOpen(one) ? impacts.indexOf(one.impact) - impacts.indexOf(other.impact) : 0
}
