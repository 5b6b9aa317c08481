import { renderComponent } from './component.ts'
import { unmeasuredDays } from './day-bars.ts'
import { clientScript } from './generated/client-script.ts'
import { faviconOf, icon, iconSheet } from './icons.ts'
import { html, raw, type Markup } from './markup.ts'
import type { PageComponent, Status, StatusPageModel } from './model.ts'
import { style } from './style.ts'
import { time } from './time.ts'
import { bannerOf, statusWord } from './words.ts'

/** The status page as one HTML document that needs nothing else to be read: about 1 KB for a component with 90 calm days.
 *  Serve it with `contentSecurityPolicy`; links, script and stream are relative to where it is served. */
export function renderStatusPage(model: StatusPageModel): string {
  const { title } = model.page
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${statusWord(toneOf(model))} · ${title}</title>
        <link rel="icon" href="${faviconOf(toneOf(model))}" />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        ${iconSheet()} ${renderHeader(model)}
        <main data-first-day="${firstDayOf(model)}">
          ${renderBanner(model)}
          ${groupsOf(model.components).map(([group, members]) => renderGroup(group, members, model.nowMs))}
          <h2>Scheduled maintenance</h2>
          <p class="plain">None is scheduled.</p>
          <h2>Follow along</h2>
          <p class="plain">
            Read the same as <a href="status">JSON</a>, or follow every change in the
            <a href="status/stream">event stream</a>.
          </p>
        </main>
        <footer>
          <p>
            A bar is one day (UTC), the last 90 in all. Hatched means not measured; it counts neither as up nor as down.
            <span id="zone">Times are in UTC.</span>
          </p>
        </footer>
        ${raw(`<script>${clientScript}</script>`)}
      </body>
    </html>`.text
}

function firstDayOf({ components, nowMs }: StatusPageModel): string | undefined {
  const days = components.find((component) => component.days.length > 0)?.days ?? unmeasuredDays(nowMs)
  return days[0]?.day
}

function renderHeader({ page, nowMs, staleForMs }: StatusPageModel): Markup {
  const isLink = page.url !== undefined && /^https?:\/\//i.test(page.url)
  return html`<header>
    ${isLink ? html`<a href="${page.url}">${page.title}</a>` : html`<b>${page.title}</b>`}
    <p class="live">As of ${time(nowMs - (staleForMs ?? 0), nowMs)}</p>
  </header>`
}

function renderBanner(model: StatusPageModel): Markup {
  const { tone, headline, note } = bannerFor(model)
  const isStale = model.staleForMs !== undefined
  const sinceMs = isStale ? model.nowMs - (model.staleForMs ?? 0) : model.overallSinceMs
  const isEmpty = model.components.length === 0
  return html`<section class="banner ${tone}" id="banner">
    ${icon(tone)}
    <div role="status"><h1>${headline}</h1></div>
    <p class="since">
      ${!isEmpty && html`<span>${isStale ? 'Not updated since' : 'Since'}</span> ${time(sinceMs, model.nowMs)}`}
    </p>
    <p class="note">${note}</p>
  </section>`
}

function bannerFor(model: StatusPageModel) {
  const components = model.components.map(({ name, status, causedBy }) => ({ name, status, causedBy: causedBy?.name }))
  return bannerOf({
    overall: model.overall,
    isBlind: model.isBlind,
    isStale: model.staleForMs !== undefined,
    components,
  })
}

function toneOf(model: StatusPageModel): Status {
  return bannerFor(model).tone
}

function renderGroup(group: string, members: readonly PageComponent[], nowMs: number): Markup {
  return html`<section>
    <h2>${group === '' ? 'Services' : group}</h2>
    <ul class="components">
      ${members.map((member) => renderComponent(member, nowMs))}
    </ul>
  </section>`
}

function groupsOf(components: readonly PageComponent[]): readonly (readonly [string, readonly PageComponent[]])[] {
  return [...Map.groupBy(components, (component) => component.group)]
}
