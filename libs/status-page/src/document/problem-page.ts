import { html } from './markup.ts'
import type { Site } from './document.ts'
import { renderReadingPage } from './reading-page.ts'

export interface PageProblem {
  readonly title: string
  /** A sentence for whoever looked for something here. */
  readonly detail: string
}

/** The page that says why there is none. `root` leads from it to where the status page is. */
export function renderProblemPage({ title, detail }: PageProblem, site: Site, root: string): string {
  return renderReadingPage({
    ...{ site, root, title },
    tone: 'unknown',
    version: 0,
    content: html`<h1>${title}</h1>
      <p class="plain">${detail}</p>`,
  })
}
