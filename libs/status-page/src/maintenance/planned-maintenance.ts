import { icon } from '../document/icons.ts'
import { html, type Markup } from '../document/markup.ts'
import { timeRange } from '../document/time.ts'
import { renderAffected, renderWords } from '../incident/incident-card.ts'
import type { Told } from '../model.ts'
import { latenessWords, maintenanceStatusWord, maintenanceTone } from '../words/maintenance-words.ts'
import { isPlanned, type PageMaintenance } from './maintenance.ts'

const mostCards = 10

/** Maintenance that is under way or coming, the soonest first. */
export function renderPlannedMaintenance(told: Told | null, nowMs: number): Markup {
  const planned = told?.maintenances.filter(isPlanned) ?? []
  const rest = planned.length - mostCards
  return html`<section id="maintenance">
    <h2>Scheduled maintenance</h2>
    ${told === null && html`<p class="plain">Not known right now.</p>`}
    ${told !== null && planned.length === 0 && html`<p class="plain">None is scheduled.</p>`}
    ${planned.slice(0, mostCards).map((maintenance) => renderMaintenanceCard(maintenance, nowMs))}
    ${rest > 0 && html`<p class="plain">And ${rest} more, later.</p>`}
  </section>`
}

function renderMaintenanceCard(maintenance: PageMaintenance, nowMs: number): Markup {
  const { id, title, status, body, updates } = maintenance
  const tone = maintenanceTone(status)
  const lateness = latenessWords(maintenance, nowMs)
  return html`<article class="card ${tone}" id="m-${id}">
    <h3><a href="maintenances/${id}">${title}</a></h3>
    <p class="state">${icon(tone)}<span>${maintenanceStatusWord(status)}</span></p>
    <p class="facts">
      <b>${timeRange(maintenance.scheduledForMs, maintenance.scheduledUntilMs, nowMs)}.</b>
      ${lateness !== '' && ` ${lateness}`} ${renderAffected(maintenance.components)}
    </p>
    <div class="words">${renderWords(updates[0]?.body || body)}</div>
  </article>`
}
