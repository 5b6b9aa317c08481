import { html, type Markup } from '../document/markup.ts'
import type { StatusPageModel } from '../model.ts'

/** Where to read on, and how to be told. */
export function renderFollowAlong({ feeds }: StatusPageModel): Markup {
  const offered = [
    ['Atom', feeds?.atom],
    ['RSS', feeds?.rss],
    ['Calendar of maintenance', feeds?.calendar],
    ['JSON', 'status'],
  ] as const
  return html`<section>
    <h2>Follow along</h2>
    <ul class="links">
      <li><a href="history">History of incidents and maintenance</a></li>
      ${offered.map(([name, href]) => href !== undefined && html`<li><a href="${href}">${name}</a></li>`)}
    </ul>
  </section>`
}
