import { icon } from '../document/icons.ts'
import { html, raw, type Markup } from '../document/markup.ts'
import { renderReadingPage } from '../document/reading-page.ts'
import type { Site } from '../document/document.ts'
import { time } from '../document/time.ts'
import { statusWord } from '../words/component-words.ts'
import { incidentStatusWord } from '../words/incident-words.ts'
import { renderMarkdown } from '../words/markdown.ts'
import { renderPromise, renderStanding, toneOf } from './incident-card.ts'
import { renderIncidentFacts } from './incident-facts.ts'
import { isOpen, type IncidentComponent, type IncidentUpdate, type PageIncident } from './incident.ts'

export interface IncidentPageModel {
  readonly site: Site
  /** Of what is told. */
  readonly version: number
  readonly incident: PageIncident
}

/** Everything that was published of an incident. Served at `incidents/{id}`. */
export function renderIncidentPage({ site, version, incident }: IncidentPageModel): string {
  const { nowMs } = site
  return renderReadingPage({
    ...{ site, version },
    root: '../',
    title: incident.title,
    tone: toneOf(incident),
    content: html`<section class="subject ${toneOf(incident)}">
        <h1>${incident.title}</h1>
        ${renderStanding(incident)} ${renderIncidentFacts(incident, nowMs)}
      </section>
      ${renderPostmortem(incident.postmortem)}
      <h2>Updates</h2>
      ${renderPromiseLine(incident, nowMs)}
      <div class="panel updates">${incident.updates.map((update) => renderUpdate(update, nowMs))}</div>
      ${renderComponents(incident.components, nowMs)}`,
  })
}

function renderPromiseLine(incident: PageIncident, nowMs: number): Markup | false {
  const promise = renderPromise(incident, nowMs)
  return promise && html`<p class="promise">${promise}</p>`
}

/** Its own title goes, since the heading of the page says it. */
function renderPostmortem(body: string): Markup | false {
  if (body === '') return false
  return html`<h2>Postmortem</h2>
    <div class="panel words postmortem">${raw(renderMarkdown(body.replace(/^\s*# .*\n/, ''), 3))}</div>`
}

function renderUpdate({ status, body, publishedAtMs, editedAtMs, changes }: IncidentUpdate, nowMs: number): Markup {
  const edited = editedAtMs !== undefined && html`, edited ${time(editedAtMs, nowMs)}`
  return html`<article class="update ${isOpen({ status }) ? '' : 'over'}">
    <h3>${incidentStatusWord(status)} <span>${time(publishedAtMs, nowMs)}${edited}</span></h3>
    <div class="words">${raw(renderMarkdown(body))}</div>
    ${changes.length > 0 && html`<p class="facts">${changes.map(renderChange)}</p>`}
  </article>`
}

function renderChange({ name, from, to }: IncidentUpdate['changes'][number], index: number): Markup {
  const words = from === to ? statusWord(to) : `${statusWord(from)} → ${statusWord(to)}`
  return html`${index > 0 && '; '}${name}: ${words}`
}

function renderComponents(components: readonly IncidentComponent[], nowMs: number): Markup | false {
  if (components.length === 0) return false
  return html`<h2>Components</h2>
    <ul class="panel parts">
      ${components.map((component) => renderPart(component, nowMs))}
    </ul>`
}

function renderPart({ id, name, worstStatus, joinedAtMs, recoveredAtMs }: IncidentComponent, nowMs: number): Markup {
  const end = recoveredAtMs === undefined ? 'not seen to recover yet' : html`recovered ${time(recoveredAtMs, nowMs)}`
  return html`<li class="${worstStatus}">
    <b><a href="../#c-${id}">${name}</a></b>
    <p class="state">${icon(worstStatus)}<span>${statusWord(worstStatus)} at worst</span></p>
    <span>From ${time(joinedAtMs, nowMs)}, ${end}</span>
  </li>`
}
