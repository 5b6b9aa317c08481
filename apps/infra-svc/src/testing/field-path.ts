import { X509Certificate } from 'node:crypto'

/** Steps of a path as evidence tells it: `spec.containers[app].env[MODE].value`, `ports[].port`. */
const steps = /([^.[\]]+)|\[([^\]]*)\]/g
/** What the elements of the API's lists go by. */
const keys = ['name', 'type', 'host', 'path', 'key', 'port', 'containerPort'] as const

/** What an object has at a path; undefined where nothing is. */
export function fieldAt(object: unknown, path: string): unknown {
  const [field = '', aspect] = path.split(' ')
  const value = [...field.matchAll(steps)].reduce<unknown>(
    (at, [, name, element]) => (name === undefined ? elementOf(at, element!) : memberOf(at, name)),
    object,
  )
  if (aspect !== 'notAfter') return value
  const { validTo } = new X509Certificate(Buffer.from(String(value), 'base64'))
  return new Date(validTo).toISOString()
}

function memberOf(at: unknown, name: string): unknown {
  if (at instanceof All) return new All(at.values.map((each) => memberOf(each, name)))
  return (at as Record<string, unknown> | null | undefined)?.[name]
}

function elementOf(at: unknown, wanted: string): unknown {
  if (!Array.isArray(at)) return memberOf(at, wanted)
  if (wanted === '') return new All(at as readonly unknown[])
  const elements = at as readonly Record<string, unknown>[]
  return elements.find((each) => keys.some((key) => textOf(each[key] ?? null) === wanted))
}

/** Every element of a list. */
class All {
  readonly values: readonly unknown[]
  constructor(values: readonly unknown[]) {
    this.values = values
  }
}

/** Whether a quote is of this value. What is not kept is quoted as hidden, or by the host that it names; a condition by its
 *  words; what is long by its beginning. */
export function isQuoteOf(quote: string, value: unknown): boolean {
  if (value === undefined) return false
  if (value instanceof All) return value.values.map(textOf).join(', ') === quote
  if (quote.includes('(hidden)') || quote === '(value not shown)') return true
  if (typeof value === 'object' && value !== null) return isQuoteOfObject(quote, value)
  const text = textOf(value)
  return (
    text === quote || (quote === "''" && text === '') || (quote.endsWith('…') && text.startsWith(quote.slice(0, -1)))
  )
}

function isQuoteOfObject(quote: string, value: object): boolean {
  const { status, reason, message } = value as Record<string, unknown>
  if (typeof status === 'string' && reason !== undefined) {
    return [reason, message].every((each) => quote.includes(textOf(each ?? '')))
  }
  if (quote.endsWith('…')) return true
  return sorted(JSON.parse(quote)) === sorted(value)
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => a.localeCompare(b)))
      : each,
  )
