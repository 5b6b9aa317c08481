import { createHash } from 'node:crypto'
import { readingStyle, statusPageStyle } from './style.ts'

/** The Content-Security-Policy header under which the pages work: nothing but their own style, this site's scripts and its stream. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src '${hashOf(statusPageStyle)}' '${hashOf(readingStyle)}'`,
  "script-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
