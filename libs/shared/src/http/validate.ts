import type { z } from 'zod'
import { OpsError } from '../errors/index.ts'
import type { FieldError } from '../errors/index.ts'

/** Parses `value`, or throws one OpsError invalid_argument that names every bad field.
 *  `at` is the JSON pointer of `value` itself: empty for a body, `/query` and `/path` for parameters. */
export function parseOrRefuse<T>(schema: z.ZodType<T>, value: unknown, at: '' | '/query' | '/path'): T {
  const result = schema.safeParse(value)
  const unstorable = unstorableIn(value, at)
  if (result.success && unstorable.length === 0) return result.data
  const fields = [...fieldErrorsOf(result.error?.issues ?? [], at), ...unstorable]
  const what = at === '' ? 'body' : at === '/query' ? 'query' : 'path'
  throw new OpsError('invalid_argument', `The ${what} of the request is not valid: ${summaryOf(fields)}`, { fields })
}

/** Strings, keys included, that no database keeps: with NUL or half of a surrogate pair. */
function unstorableIn(value: unknown, at: string): FieldError[] {
  if (typeof value === 'string')
    return isStorable(value) ? [] : [{ pointer: at, detail: 'must not contain NUL or half of a surrogate pair' }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(isStorable(key) ? [] : [{ pointer: at, detail: 'has a key with NUL or half of a surrogate pair' }]),
    ...unstorableIn(inner, at + pointerOf([key])),
  ])
}

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** One entry for each bad field, unknown fields included, with its JSON pointer (RFC 6901). */
export function fieldErrorsOf(issues: readonly z.core.$ZodIssue[], at = ''): FieldError[] {
  return issues.flatMap((issue) => {
    const pointer = at + pointerOf(issue.path)
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: pointer + pointerOf([key]), detail: 'is not a known field' }))
    }
    if (issue.code === 'invalid_union') {
      const closest = closestBranch(issue.errors)
      if (closest) return fieldErrorsOf(closest, pointer)
    }
    return [{ pointer, detail: detailOf(issue) }]
  })
}

/** A schema's own words, where it has any. */
function detailOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message
  return issue.message.endsWith('received undefined') ? 'is missing' : `must be of type ${issue.expected}`
}

/** Of a union's branches, the one that got furthest into the value: most likely what the sender meant. */
function closestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const depth = (issues: readonly z.core.$ZodIssue[]): number => Math.max(...issues.map((issue) => issue.path.length))
  return branches.filter((issues) => issues.length > 0 && depth(issues) > 0).sort((a, b) => depth(b) - depth(a))[0]
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function summaryOf(fields: readonly FieldError[]): string {
  const [first] = fields
  if (!first) return 'it has the wrong shape.'
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : ''
  return `${first.pointer === '' ? 'it' : first.pointer} ${lowerFirst(first.detail)}${more}.`
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
