import type { IncomingHttpHeaders } from 'node:http'
import { OpsError } from '../errors/index.ts'
import { HttpRefusal } from './problem.ts'

/** The ETag of a resource's version. */
export const etagOf = (version: number): string => `"${version}"`

/** The version that If-Match names.
 *  @throws HttpRefusal 428 without the header; OpsError invalid_argument when it is no version of ours. */
export function requireVersion(headers: IncomingHttpHeaders): number {
  const header = headers['if-match']
  if (header === undefined) {
    const detail = 'Send If-Match with the ETag of the version that you have read, so that no change of others is lost.'
    throw new HttpRefusal(428, 'failed_precondition', detail)
  }
  const version = /^"(\d{1,15})"$/.exec(header.trim())?.[1]
  if (version === undefined) {
    throw new OpsError('invalid_argument', 'If-Match must be one ETag as this server gave it, such as "3".', {
      fields: [{ pointer: '/header/if-match', detail: 'must be one ETag such as "3"' }],
    })
  }
  return Number(version)
}

/** True when If-None-Match already names `etag` (weak comparison, RFC 9110). */
export function isNotModified(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag.replace(/^W\//, ''))
}
