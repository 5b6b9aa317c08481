import { renderComponent } from '../component/component.ts'
import { unmeasuredDays } from '../component/day-bars.ts'
import { renderDocument } from '../document/document.ts'
import { html, type Markup } from '../document/markup.ts'
import { statusPageScript } from '../document/scripts.ts'
import { statusPageStyle } from '../document/style.ts'
import { renderIncidentsInFront } from '../incident/incidents-in-front.ts'
import { renderRecentIncidents } from '../incident/recent-incidents.ts'
import { renderPlannedMaintenance } from '../maintenance/planned-maintenance.ts'
import type { PageComponent, StatusPageModel } from '../model.ts'
import { bannerFor, renderBanner } from './banner.ts'
import { renderFollowAlong } from './follow-along.ts'

/** The status page as one HTML document that needs nothing else to be read: about 1 KB for a component with 90 calm days.
 *  Serve it with `contentSecurityPolicy`; links, script and stream are relative to where it is served. */
export function renderStatusPage(model: StatusPageModel): string {
  const { told, nowMs } = model
  const { tone, word } = bannerFor(model)
  return renderDocument({
    site: model,
    root: '',
    isHome: true,
    title: word,
    tone,
    style: statusPageStyle,
    script: statusPageScript,
    main: html`<main data-first-day="${firstDayOf(model)}" data-told="${told?.version ?? 0}">
      ${renderBanner(model)} ${renderIncidentsInFront(told, nowMs)}
      ${groupsOf(model.components).map(([group, members]) => renderGroup(group, members, model))}
      ${renderPlannedMaintenance(told, nowMs)} ${renderRecentIncidents(told, nowMs)} ${renderFollowAlong(model)}
    </main>`,
    footer: html`<p>
      A bar is one day (UTC), the last 90 in all. Hatched means not measured; it counts neither as up nor as down.
      <span id="zone">Times are in UTC.</span>
    </p>`,
  })
}

function firstDayOf({ components, nowMs }: StatusPageModel): string | undefined {
  const days = components.find((component) => component.days.length > 0)?.days ?? unmeasuredDays(nowMs)
  return days[0]?.day
}

function renderGroup(group: string, members: readonly PageComponent[], { nowMs, told }: StatusPageModel): Markup {
  return html`<section>
    <h2>${group === '' ? 'Services' : group}</h2>
    <ul class="components">
      ${members.map((member) => renderComponent(member, told?.incidents ?? [], nowMs))}
    </ul>
  </section>`
}

function groupsOf(components: readonly PageComponent[]): readonly (readonly [string, readonly PageComponent[]])[] {
  return [...Map.groupBy(components, (component) => component.group)]
}
