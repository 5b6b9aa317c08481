import type { Definition } from './definition.ts'
import { isObject, type Json } from './merge-patch.ts'
import { redactUrl } from './redact-url.ts'
import { redactionMark } from './redaction-mark.ts'

/** Headers that carry no credential; every other header is taken for one. */
const openHeaders = new Set(['accept', 'content-type', 'user-agent', 'host'])
const secretFields = new Set(['apiKey', 'token', 'body'])

/** The definition with a mark in place of everything that may be a secret: API keys, tokens, bodies, headers but the few
 *  that are none, and in addresses who signs in and what the query says. */
export function redact(definition: Definition): Definition {
  return redactMembers(definition)
}

/** JSON pointers of the marks in `value`. */
export function unresolvedMarks(value: Json, at = ''): string[] {
  if (typeof value === 'string') return value.includes(redactionMark) ? [at] : []
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, member]) =>
    unresolvedMarks(member, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}

function redactMembers(value: { readonly [key: string]: Json }): { readonly [key: string]: Json } {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redactField(key, member)]))
}

function redactField(key: string, value: Json): Json {
  if (key === 'headers' && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, text]) => [name, openHeaders.has(name.toLowerCase()) ? text : redactionMark]),
    )
  }
  if (secretFields.has(key) && typeof value === 'string' && value !== '') return redactionMark
  return redactValue(value)
}

function redactValue(value: Json): Json {
  if (typeof value === 'string') return redactUrl(value)
  if (Array.isArray(value)) return value.map(redactValue)
  return isObject(value) ? redactMembers(value) : value
}
