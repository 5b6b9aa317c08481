import { renderDayBars, troubledDays, unmeasuredDays } from './day-bars.ts'
import { formatDay, formatDuration, formatRatio, formatResponseTime } from '../words/figures.ts'
import { icon } from '../document/icons.ts'
import { html, raw, type Markup } from '../document/markup.ts'
import type { PageIncident } from '../incident/incident.ts'
import type { DayBar, PageComponent } from '../model.ts'
import { renderSparkline } from './sparkline.ts'
import { time } from '../document/time.ts'
import { statusWord, troubleSentence } from '../words/component-words.ts'

const dayMs = 86_400_000

/** One row: what it is, how it is, how fast, and its last 90 days with its incidents. */
export function renderComponent(component: PageComponent, incidents: readonly PageIncident[], nowMs: number): Markup {
  const { id, name, status, description, responseTimeMs } = component
  const days = component.days.length > 0 ? component.days : unmeasuredDays(nowMs)
  const own = incidents.filter((incident) => incident.components.some((affected) => affected.id === id))
  return html`<li class="component ${status}" id="c-${id}">
    <h3>${name}</h3>
    <p class="state">${icon(status)}<span>${statusWord(status)}</span></p>
    <div class="about">
      <p class="what">${description}</p>
      <p class="trouble">${renderTrouble(component, nowMs)}</p>
    </div>
    <p class="speed">
      ${renderSparkline(component.responseTimes, nowMs)}
      <span>${responseTimeMs === undefined ? '' : formatResponseTime(responseTimeMs)}</span>
    </p>
    <div class="days">${renderDayBars(days)}</div>
    ${renderFoot(component.uptime90d, days, troubledDays(days, own, nowMs), nowMs)}
  </li>`
}

/** What is wrong, since when and because of what. The page's script writes the same for a change (client/live.ts). */
function renderTrouble(component: PageComponent, nowMs: number): Markup | false {
  const { status, error, causedBy, lastCheckedMs, flappingSinceMs, sinceMs } = component
  if (status === 'operational') return false
  const isFlapping = flappingSinceMs !== undefined
  const sentence = troubleSentence({ status, error, wasChecked: lastCheckedMs !== undefined, isFlapping })
  const cause = causedBy && html`, because of <a href="#c-${causedBy.id}">${causedBy.name}</a>`
  if (status === 'unknown' && lastCheckedMs === undefined) return html`${sentence}`
  return html`${sentence}${cause}, since ${time(flappingSinceMs ?? sinceMs, nowMs)}`
}

function renderFoot(
  uptime90d: number | null,
  days: readonly DayBar[],
  listed: readonly Markup[],
  nowMs: number,
): Markup {
  const last = days.at(-1)?.day ?? ''
  const lastDay = last === new Date(nowMs).toISOString().slice(0, 10) ? 'Today' : formatDay(last)
  const scale = raw(
    `<span>${days.length} days ago</span> <b>${uptimeWords(uptime90d, days)}</b> <span>${lastDay}</span>`,
  )
  if (listed.length === 0) return html`<p class="foot scale">${scale}</p>`
  return html`<details class="foot">
    <summary class="scale">${scale}</summary>
    <ol>
      ${listed}
    </ol>
  </details>`
}

/** Says over how long the uptime was measured when that is less than the whole time. */
function uptimeWords(ratio: number | null, days: readonly DayBar[]): string {
  if (ratio === null) return 'Not measured yet'
  const unknownMs = days.reduce((sum, day) => sum + day.unknownMs, 0)
  const measuredMs = days.reduce((sum, day) => sum + measuredOf(day), 0)
  if (unknownMs < dayMs) return `${formatRatio(ratio)} uptime`
  return `${formatRatio(ratio)} uptime over ${lengthOf(measuredMs)}`
}

function measuredOf(day: DayBar): number {
  return day.operationalMs + day.degradedMs + day.partialOutageMs + day.outageMs + day.maintenanceMs
}

function lengthOf(ms: number): string {
  return ms < 2 * dayMs ? formatDuration(ms) : `${Math.round(ms / dayMs)} days`
}
