import { icon } from '../document/icons.ts'
import { html, type Markup } from '../document/markup.ts'
import { time } from '../document/time.ts'
import { isOpen } from '../incident/incident.ts'
import type { StatusPageModel } from '../model.ts'
import { bannerOf, type Banner } from '../words/banner.ts'

export function bannerFor({ overall, isBlind, staleForMs, components, told }: StatusPageModel): Banner {
  return bannerOf({
    overall,
    isBlind,
    isStale: staleForMs !== undefined,
    components: components.map(({ name, status, causedBy }) => ({ name, status, causedBy: causedBy?.name })),
    incidents: told?.incidents.filter(isOpen) ?? [],
  })
}

/** How things are, in words, and since when. The page's script writes the same for a change (client/live.ts). */
export function renderBanner(model: StatusPageModel): Markup {
  const { tone, headline, note, sinceMs: begunMs = model.overallSinceMs } = bannerFor(model)
  const isStale = model.staleForMs !== undefined
  const sinceMs = isStale ? model.nowMs - (model.staleForMs ?? 0) : begunMs
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
