import { createHash } from 'node:crypto'
import { pagedStyle, readingStyle, statusPageStyle } from './style.ts'

/** The Content-Security-Policy header under which the pages work: nothing but their own style, this site's scripts and its stream. */
export const contentSecurityPolicy = policy({
  styles: [statusPageStyle, readingStyle],
  forms: "'none'",
  frames: "'self'",
})

/** That of the page which a person who is paged answers: its forms go to this site, and no other site shows it
 *  in a frame. */
export const pagedSecurityPolicy = policy({ styles: [pagedStyle, readingStyle], forms: "'self'", frames: "'none'" })

interface Terms {
  readonly styles: readonly string[]
  /** Where forms may go. */
  readonly forms: string
  /** Whose frames may show the page. */
  readonly frames: string
}

function policy({ styles, forms, frames }: Terms): string {
  return [
    "default-src 'none'",
    `style-src ${styles.map((style) => `'${hashOf(style)}'`).join(' ')}`,
    "script-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    `form-action ${forms}`,
    `frame-ancestors ${frames}`,
  ].join('; ')
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
