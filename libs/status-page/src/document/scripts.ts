import { createHash } from 'node:crypto'
import { clientScript } from '../generated/client-script.ts'
import { readingScript } from '../generated/reading-script.ts'

export interface PageScript {
  /** Where it is served, relative to the status page. It names the content, so that it may be kept for ever. */
  readonly path: string
  readonly content: string
}

/** Keeps the status page true while it is open. */
export const statusPageScript = scriptOf('status-page', clientScript)

/** The same for the pages that are read. */
export const readingPageScript = scriptOf('reading-page', readingScript)

function scriptOf(name: string, content: string): PageScript {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16)
  return { path: `scripts/${name}-${hash}.js`, content }
}
