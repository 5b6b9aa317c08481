import type { Check, Extraction } from '../scenario/load-test.ts'
import type { Received } from './received.ts'

/** Whether all that a check asks for holds of an answer. */
export function passes(check: Check, answer: Received): boolean {
  if (answer.error !== null) return false
  const { status, bodyIncludes, json, maxDurationMs } = check
  if (status !== null && !status.includes(answer.status)) return false
  if (bodyIncludes !== null && !answer.body.includes(bodyIncludes)) return false
  if (maxDurationMs !== null && answer.endedAt - answer.sentAt > maxDurationMs) return false
  if (json === null) return true
  const found = jsonAt(answer.body, json.pointer)
  return found !== undefined && (json.equals === null || textOf(found) === json.equals)
}

/** The value that an answer gives; undefined where it has none. */
export function extracted(extraction: Extraction, answer: Received): string | undefined {
  if (extraction.kind === 'json') {
    const found = jsonAt(answer.body, extraction.pointer)
    return found === undefined ? undefined : textOf(found)
  }
  const value = answer.headers[extraction.name.toLowerCase()]
  return Array.isArray(value) ? value[0] : value
}

/** Of a JSON pointer (RFC 6901); undefined where the text is no JSON, or the pointer leads nowhere. */
function jsonAt(text: string, pointer: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
