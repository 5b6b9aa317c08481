import { renderDocument, type Site } from '../document/document.ts'
import { icon } from '../document/icons.ts'
import { html, type Markup } from '../document/markup.ts'
import { readingPageScript } from '../document/scripts.ts'
import { pagedStyle } from '../document/style.ts'
import { time } from '../document/time.ts'
import type { IncidentStatus } from '../incident/incident.ts'
import type { Status } from '../model.ts'
import { statusWord } from '../words/component-words.ts'
import { incidentStatusWord } from '../words/incident-words.ts'

export type PagedState = 'silenced' | 'calling' | 'acknowledged' | 'snoozed' | 'exhausted' | 'resolved'

/** What somebody who is paged sees when they follow the link of the page. */
export interface PagedModel {
  readonly title: string
  readonly personName: string
  readonly state: PagedState
  readonly acknowledgedBy: string
  readonly openedAtMs: number
  /** When the next step is called, or the snooze ends; null: never. */
  readonly dueAtMs: number | null
  /** As `SEV-1`; empty when it is about alerts. */
  readonly severity: string
  /** Null when it is about alerts. */
  readonly incidentStatus: IncidentStatus | null
  readonly components: readonly {
    readonly name: string
    readonly status: Status
    readonly isRoot: boolean
    readonly isRecovered: boolean
  }[]
  /** What was done about it so far, oldest first. */
  readonly entries: readonly { readonly atMs: number; readonly text: string }[]
  /** Where the answers are sent: the address of the page itself. */
  readonly action: string
}

const longTitle = 80

/** The page behind the link of a page: what is wrong, who has it, and the answers as buttons that a thumb finds. Nothing is
 *  answered by looking. */
export function renderPagedPage(model: PagedModel, site: Site): string {
  const { title } = model
  return renderDocument({
    ...{ site, root: '../', title, tone: toneOf(model), style: pagedStyle, script: readingPageScript },
    main: html`<main data-root="../">
      <section class="subject ${toneOf(model)}">
        ${renderFacts(model, site)} ${renderTitle(model)} ${renderState(model, site)}
      </section>
      ${renderAnswers(model)} ${renderComponents(model)} ${renderEntries(model, site)}
    </main>`,
    footer: html`<p id="zone">Times are in UTC.</p>`,
  })
}

function toneOf({ state }: PagedModel): Status {
  if (state === 'resolved') return 'operational'
  return state === 'calling' || state === 'exhausted' ? 'outage' : 'degraded'
}

/** The more words, the smaller they are: the first answer is to be seen without scrolling. */
const renderTitle = ({ title }: PagedModel): Markup =>
  title.length > longTitle ? html`<h1 class="long">${title}</h1>` : html`<h1>${title}</h1>`

function renderFacts({ severity, incidentStatus, openedAtMs }: PagedModel, { nowMs }: Site): Markup {
  const words = [severity, incidentStatus === null ? '' : incidentStatusWord(incidentStatus)]
  const facts = words.filter((word) => word !== '').map((word) => html`<b>${word}</b> · `)
  return html`<p class="plain">${facts}${facts.length > 0 ? 'since' : 'Since'} ${time(openedAtMs, nowMs)}</p>`
}

/** How the page stands, and what comes next by itself. */
function renderState(model: PagedModel, { nowMs }: Site): Markup {
  const { state, acknowledgedBy, dueAtMs } = model
  const isDue = dueAtMs !== null && dueAtMs > nowMs
  switch (state) {
    case 'calling':
      return stands(
        'Nobody has acknowledged it yet.',
        isDue && html`Unless somebody does, the next call goes out at ${time(dueAtMs, nowMs)}.`,
      )
    case 'exhausted':
      return stands('Everybody was called, and nobody has acknowledged it.', 'Nobody is called any more.')
    case 'acknowledged':
      return stands(`${acknowledgedBy} acknowledged it.`, 'Nobody else is called.')
    case 'snoozed':
      return stands('It is snoozed.', isDue && html`It calls again at ${time(dueAtMs, nowMs)}, unless it is over.`)
    case 'silenced':
      return stands('A silence holds it back.', 'It calls when the silence ends, unless it is over.')
    case 'resolved':
      return stands('It is over.', 'There is nothing to answer.')
  }
}

const stands = (words: string, next: Markup | string | false): Markup =>
  html`<p class="stands"><b>${words}</b> ${next}</p>`

function renderAnswers({ state, action, personName }: PagedModel): Markup | false {
  if (state === 'resolved') return false
  const snoozes = html`<div class="pair">
    ${answer(action, 'snooze-15m', 'Snooze 15 min')} ${answer(action, 'snooze-1h', 'Snooze 1 h')}
  </div>`
  return html`<section class="answers" aria-label="Answers">
    ${state !== 'acknowledged' && html`<div class="first">${answer(action, 'acknowledge', 'Acknowledge')}</div>`}
    ${snoozes} ${answer(action, 'escalate', 'Escalate to the next person')}
    <p class="plain">You answer as ${personName}.</p>
  </section>`
}

const answer = (action: string, name: string, words: string): Markup =>
  html`<form method="post" action="${action}/${name}"><button type="submit">${words}</button></form>`

function renderComponents({ components, state }: PagedModel): Markup | false {
  if (components.length === 0) return false
  return html`<section>
    <h2>${state === 'resolved' ? 'What was wrong' : 'What is wrong'}</h2>
    <ul class="parts panel">
      ${components.map(
        ({ name, status, isRoot, isRecovered }) =>
          html`<li>
            <b>${name}${isRoot && components.length > 1 && html` (the cause)`}</b>
            <span class="state ${isRecovered ? 'operational' : status}">
              ${icon(isRecovered ? 'operational' : status)} ${isRecovered ? 'Recovered' : statusWord(status)}
            </span>
          </li>`,
      )}
    </ul>
  </section>`
}

function renderEntries({ entries }: PagedModel, { nowMs }: Site): Markup | false {
  if (entries.length === 0) return false
  return html`<section>
    <h2>So far</h2>
    <ul class="entries panel">
      ${entries.map(({ atMs, text }) => html`<li><span>${text}</span> ${time(atMs, nowMs)}</li>`)}
    </ul>
  </section>`
}
