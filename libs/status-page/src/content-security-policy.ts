import { createHash } from 'node:crypto'
import { clientScript } from './generated/client-script.ts'
import { style } from './style.ts'

/** The Content-Security-Policy header under which the page works: nothing but its own style, its own script and its own stream. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src '${hashOf(style)}'`,
  `script-src '${hashOf(clientScript)}'`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
