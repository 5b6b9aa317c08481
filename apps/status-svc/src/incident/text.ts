import { OpsError } from '@akashic/shared/errors'

const longestTitle = 200
const longestBody = 20_000
const longestUrl = 2_048

/** @throws OpsError invalid_argument naming the field. */
export function refuse(field: string, detail: string): never {
  throw new OpsError('invalid_argument', `${field} ${detail}.`, { fields: [{ pointer: `/${field}`, detail }] })
}

/** `text` without the space around it.
 *  @throws OpsError invalid_argument when it is empty, too long, or holds what Postgres cannot keep. */
export function checkedTitle(field: string, text: string, longest = longestTitle): string {
  const title = checkedBody(field, text, longest)
  return title === '' ? refuse(field, 'must not be empty') : title
}

/** As checkedTitle, but it may be empty. */
export function checkedBody(field: string, text: string, longest = longestBody): string {
  const body = text.trim()
  if (body.length > longest) refuse(field, `must not be longer than ${longest} characters`)
  if (body.includes('\0') || !body.isWellFormed()) refuse(field, 'must be well-formed text')
  return body
}

/** A link to a ticket, or empty.
 *  @throws OpsError invalid_argument unless it is an http or https URL. */
export function checkedLink(field: string, text: string): string {
  const link = checkedBody(field, text, longestUrl)
  if (link === '') return ''
  const isWeb = URL.canParse(link) && ['http:', 'https:'].includes(new URL(link).protocol)
  return isWeb ? link : refuse(field, 'must be an http or https URL')
}
