import type { Site } from '../document/document.ts'
import { icon } from '../document/icons.ts'
import { html, raw, type Markup } from '../document/markup.ts'
import { renderReadingPage } from '../document/reading-page.ts'
import { time, timeRange } from '../document/time.ts'
import { latenessWords, maintenanceStatusWord, maintenanceTone } from '../words/maintenance-words.ts'
import { renderMarkdown } from '../words/markdown.ts'
import type { MaintenanceUpdate, PageMaintenance } from './maintenance.ts'

export interface MaintenancePageModel {
  readonly site: Site
  /** Of what is told. */
  readonly version: number
  readonly maintenance: PageMaintenance
}

/** Everything that was published of planned work. Served at `maintenances/{id}`. */
export function renderMaintenancePage({ site, version, maintenance }: MaintenancePageModel): string {
  const { title, status, body, components, updates } = maintenance
  const tone = maintenanceTone(status)
  const { nowMs } = site
  return renderReadingPage({
    ...{ site, version, title, tone },
    root: '../',
    content: html`<section class="subject ${tone}">
        <h1>${title}</h1>
        <p class="state">${icon(tone)}<span>${maintenanceStatusWord(status)}</span></p>
        ${renderFacts(maintenance, nowMs)}
        ${body !== '' && html`<div class="words">${raw(renderMarkdown(body, 2))}</div>`}
      </section>
      ${updates.length > 0 && renderUpdates(updates, nowMs)} ${components.length > 0 && renderComponents(components)}`,
  })
}

function renderUpdates(updates: readonly MaintenanceUpdate[], nowMs: number): Markup {
  return html`<h2>Updates</h2>
    <div class="panel updates">${updates.map((update) => renderUpdate(update, nowMs))}</div>`
}

function renderComponents(components: PageMaintenance['components']): Markup {
  return html`<h2>Components</h2>
    <ul class="panel parts">
      ${components.map(
        ({ id, name }) =>
          html`<li>
            <b><a href="../#c-${id}">${name}</a></b>
          </li>`,
      )}
    </ul>`
}

function renderFacts(maintenance: PageMaintenance, nowMs: number): Markup {
  const { scheduledForMs, scheduledUntilMs, startedAtMs, completedAtMs } = maintenance
  return html`<dl>
    <dt>Planned for</dt>
    <dd>${timeRange(scheduledForMs, scheduledUntilMs, nowMs)}. ${latenessWords(maintenance, nowMs)}</dd>
    ${
      startedAtMs !== undefined &&
      html`<dt>Begun</dt>
        <dd>${time(startedAtMs, nowMs)}</dd>`
    }
    ${
      completedAtMs !== undefined &&
      html`<dt>Completed</dt>
        <dd>${time(completedAtMs, nowMs)}</dd>`
    }
  </dl>`
}

function renderUpdate({ status, body, publishedAtMs }: MaintenanceUpdate, nowMs: number): Markup {
  return html`<article class="update ${status === 'completed' ? 'over' : ''}">
    <h3>${status ? maintenanceStatusWord(status) : 'Update'} <span>${time(publishedAtMs, nowMs)}</span></h3>
    <div class="words">${raw(renderMarkdown(body))}</div>
  </article>`
}
