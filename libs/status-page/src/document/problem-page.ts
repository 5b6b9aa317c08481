import { html } from './markup.ts'
import type { Site } from './document.ts'
import { renderReadingPage } from './reading-page.ts'

export interface PageProblem {
  readonly title: string
  /** A sentence for whoever looked for something here. */
  readonly detail: string
  /** After how many seconds an open page looks again; absent where that is of no use. */
  readonly retryAfterS?: number
}

/** The page that says why there is none. `root` leads from it to where the status page is. */
export function renderProblemPage({ title, detail, retryAfterS }: PageProblem, site: Site, root: string): string {
  return renderReadingPage({
    ...{ site, root, title },
    tone: 'unknown',
    ...(retryAfterS !== undefined && { retryAfterS }),
    content: html`<section class="subject unknown">
      <h1>${title}</h1>
      <p class="plain">${detail}</p>
    </section>`,
  })
}
