import type { Site } from '../document/document.ts'
import { html, type Markup } from '../document/markup.ts'
import { renderReadingPage } from '../document/reading-page.ts'
import { timeRange } from '../document/time.ts'
import type { PageMaintenance } from '../maintenance/maintenance.ts'
import { formatMonth } from '../words/figures.ts'
import { impactTone, incidentStatusWord } from '../words/incident-words.ts'
import { maintenanceStatusWord, maintenanceTone } from '../words/maintenance-words.ts'
import { plainWords } from '../words/plain-words.ts'
import { renderBeginning, renderStanding } from './incident-card.ts'
import { renderWait } from './incident-facts.ts'
import { isOpen, type PageIncident } from './incident.ts'

/** A page of the past. */
export interface HistoryPageModel {
  readonly site: Site
  /** Of what is told. */
  readonly version: number
  /** Newest first. */
  readonly incidents: readonly PageIncident[]
  /** Of the next older page; absent on the last one. */
  readonly nextCursor?: string
  /** False on the pages after the first. */
  readonly isFirst: boolean
  /** The latest that are over, latest first; shown on the first page. */
  readonly maintenances: readonly PageMaintenance[]
}

const longestSummary = 240

/** What happened, newest first, by month. Served at `history`, older pages at `history?cursor=`. */
export function renderHistoryPage(model: HistoryPageModel): string {
  const { site, version, incidents, nextCursor, isFirst, maintenances } = model
  const months = Map.groupBy(incidents, ({ startedAtMs }) => formatMonth(startedAtMs))
  return renderReadingPage({
    ...{ site, version },
    root: '',
    title: 'History',
    tone: 'unknown',
    content: html`<h1>History</h1>
      <p class="plain">
        What was published, newest first. How long the public waited for the first word is counted from the first red
        check.
      </p>
      ${incidents.length === 0 && html`<p class="plain">${isFirst ? 'No incident was ever published.' : 'No older ones.'}</p>`}
      ${[...months].map(([month, members]) => renderMonth(month, members, site.nowMs))}
      ${renderTurning(nextCursor, isFirst)} ${isFirst && renderPastMaintenance(maintenances, site.nowMs)}`,
  })
}

function renderMonth(month: string, incidents: readonly PageIncident[], nowMs: number): Markup {
  return html`<section>
    <h2>${month}</h2>
    ${incidents.map((incident) => renderEntry(incident, nowMs))}
  </section>`
}

function renderEntry(incident: PageIncident, nowMs: number): Markup {
  const { id, title, status, updates } = incident
  return html`<article class="card ${impactTone(incident.impact)}">
    <h3><a href="incidents/${id}">${title}</a></h3>
    ${renderStanding(incident)}
    <p class="facts">
      ${isOpen(incident) && html`<b>${incidentStatusWord(status)}.</b> `}${renderBeginning(incident, nowMs)}
      ${renderWait(incident)}
    </p>
    <p class="words">${plainWords(updates[0]?.body ?? '', longestSummary)}</p>
  </article>`
}

function renderTurning(nextCursor: string | undefined, isFirst: boolean): Markup | false {
  if (nextCursor === undefined && isFirst) return false
  const older = nextCursor !== undefined && html`<a href="history?cursor=${encodeURIComponent(nextCursor)}">Older →</a>`
  const newest = !isFirst && html`<a href="history">← Newest</a>`
  return html`<nav class="turning" aria-label="Pages">${newest} ${older}</nav>`
}

function renderPastMaintenance(maintenances: readonly PageMaintenance[], nowMs: number): Markup | false {
  if (maintenances.length === 0) return false
  return html`<section>
    <h2>Past maintenance</h2>
    <ul class="panel past">
      ${maintenances.map((maintenance) => renderPast(maintenance, nowMs))}
    </ul>
  </section>`
}

function renderPast({ id, title, status, scheduledForMs, scheduledUntilMs }: PageMaintenance, nowMs: number): Markup {
  return html`<li class="${maintenanceTone(status)}">
    <a href="maintenances/${id}">${title}</a>
    <span>${maintenanceStatusWord(status)}. Planned for ${timeRange(scheduledForMs, scheduledUntilMs, nowMs)}.</span>
  </li>`
}
