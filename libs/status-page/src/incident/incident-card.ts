import { icon } from '../document/icons.ts'
import { html, raw, type Markup } from '../document/markup.ts'
import { time } from '../document/time.ts'
import type { Status } from '../model.ts'
import { formatDuration } from '../words/figures.ts'
import { impactTone, impactWords, incidentStatusWord, nextUpdateWords } from '../words/incident-words.ts'
import { renderMarkdown } from '../words/markdown.ts'
import { plainWords } from '../words/plain-words.ts'
import { isOpen, type IncidentUpdate, type PageIncident } from './incident.ts'

/** What is longer is told in short, and whole on the incident's own page. */
const longestWhole = 1_200
const mostNamed = 6
const mostEarlier = 2
const longestEarlier = 160

/** An incident as the status page tells it: what, how bad, since when, the latest words, newest first, and when the next come. */
export function renderIncidentCard(incident: PageIncident, nowMs: number): Markup {
  const { id, title, updates } = incident
  return html`<article class="card ${toneOf(incident)}" id="i-${id}">
    <h3><a href="incidents/${id}">${title}</a></h3>
    ${renderStanding(incident)}
    <p class="facts">${renderBeginning(incident, nowMs)} ${renderAffected(incident.components)}</p>
    ${updates.slice(0, 1).map((update) => renderLatest(update, nowMs))}
    ${updates.slice(1, 1 + mostEarlier).map((update) => renderEarlier(update, nowMs))}
    <p class="facts">
      ${renderPromise(incident, nowMs)}
      ${updates.length > 1 + mostEarlier && html` <a href="incidents/${id}">All ${updates.length} updates</a>`}
    </p>
  </article>`
}

function renderLatest(update: IncidentUpdate, nowMs: number): Markup {
  return html`<div class="said">
    ${renderWhen(update, nowMs)}
    <div class="words">${renderWords(update.body)}</div>
  </div>`
}

function renderEarlier(update: IncidentUpdate, nowMs: number): Markup {
  return html`<div class="said earlier">
    ${renderWhen(update, nowMs)}
    <p>${plainWords(update.body, longestEarlier)}</p>
  </div>`
}

function renderWhen({ status, publishedAtMs, editedAtMs }: IncidentUpdate, nowMs: number): Markup {
  const edited = editedAtMs !== undefined && ', edited'
  return html`<p class="when"><b>${incidentStatusWord(status)}</b> ${time(publishedAtMs, nowMs)}${edited}</p>`
}

export function toneOf(incident: PageIncident): Status {
  return isOpen(incident) ? impactTone(incident.impact) : 'operational'
}

/** How bad it is, or that it is over: a shape and words, never colour alone. */
export function renderStanding(incident: PageIncident): Markup {
  const words = isOpen(incident) ? impactWords(incident.impact) : incidentStatusWord(incident.status)
  return html`<p class="state ${toneOf(incident)}">${icon(toneOf(incident))}<span>${words}</span></p>`
}

/** Since when it is; of one that is over, how bad it was and how long. */
export function renderBeginning(incident: PageIncident, nowMs: number): Markup {
  const { impact, startedAtMs, resolvedAtMs } = incident
  const began = html`Began ${time(startedAtMs, nowMs)}`
  if (isOpen(incident)) return html`${began}.`
  const end = resolvedAtMs !== undefined && html`, resolved after ${formatDuration(resolvedAtMs - startedAtMs)}`
  return html`<b>${impactWords(impact)}.</b> ${began}${end}.`
}

/** When the public is told more. The page's script watches the promise (client/promises.ts). */
export function renderPromise({ nextUpdateAtMs }: PageIncident, nowMs: number): Markup | false {
  if (nextUpdateAtMs === undefined) return false
  return html`<span class="next"
    ><span>${nextUpdateWords(nextUpdateAtMs < nowMs)}</span> ${time(nextUpdateAtMs, nowMs)}.</span
  >`
}

export function renderAffected(components: readonly { readonly id: string; readonly name: string }[]): Markup | false {
  if (components.length === 0) return false
  const named = components.slice(0, components.length > mostNamed ? mostNamed - 1 : mostNamed)
  const links = named.map(({ id, name }, index) => html`${index > 0 && ', '}<a href="#c-${id}">${name}</a>`)
  const rest = components.length - named.length
  return html`Affects ${links}${rest > 0 && ` and ${rest} more`}.`
}

/** Words for the status page: long ones in short. */
export function renderWords(body: string): Markup {
  return body.length <= longestWhole ? raw(renderMarkdown(body)) : html`<p>${plainWords(body, longestWhole / 2)}</p>`
}
