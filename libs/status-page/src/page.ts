import { html } from './markup.ts'
import type { StatusPageModel } from './model.ts'
import { statusWord } from './words.ts'

/** The status page as one HTML document that needs nothing else to be read. Serve it with `contentSecurityPolicy`. */
export function renderStatusPage(model: StatusPageModel): string {
  const rows = model.components.map(
    (component) =>
      html`<li id="c-${component.id}">
        <h3>${component.name}</h3>
        <p>${statusWord(component.status)}</p>
      </li>`,
  )
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${model.page.title}</title>
      </head>
      <body>
        <main>
          <h1>${statusWord(model.overall)}</h1>
          <ul>
            ${rows}
          </ul>
        </main>
      </body>
    </html>`.text
}
