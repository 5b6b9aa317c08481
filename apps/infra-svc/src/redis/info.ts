import { withoutControls } from './plain-text.ts'

/** The server did not tell a figure that it tells as a rule: an older version, a Sentinel, or a stand-in. */
export class NotTold extends Error {
  constructor(field: string) {
    super(`the server does not tell ${field}`)
  }
}

/** What INFO says, without what changes how text is shown. */
export interface Info {
  /** Null where it is not told. */
  text(field: string): string | null
  /** Null where it is not told, or no number. */
  number(field: string): number | null
  /** @throws NotTold. */
  need(field: string): number
  /** Fields that hold several values, as `db0:keys=1,expires=0`: by what follows the prefix. */
  groups(prefix: string): readonly InfoGroup[]
}

export interface InfoGroup {
  readonly name: string
  readonly text: (key: string) => string | null
  readonly number: (key: string) => number | null
}

const mostFields = 5_000

/** @param answer of INFO, whatever it is. */
export function parseInfo(answer: string): Info {
  const fields = new Map<string, string>()
  for (const line of answer.split('\n', mostFields).map(withoutControls)) {
    const at = line.indexOf(':')
    if (at > 0 && !line.startsWith('#')) fields.set(line.slice(0, at), line.slice(at + 1))
  }
  const text = (field: string): string | null => fields.get(field) ?? null
  const number = (field: string): number | null => numberOf(text(field))
  return {
    text,
    number,
    need: (field) => {
      const value = number(field)
      if (value === null) throw new NotTold(field)
      return value
    },
    groups: (prefix) =>
      [...fields].flatMap(([field, value]) =>
        field.startsWith(prefix) && value.includes('=') ? [groupOf(field.slice(prefix.length), value)] : [],
      ),
  }
}

function groupOf(name: string, value: string): InfoGroup {
  const values = new Map(
    value.split(',').map((pair): [string, string] => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
  const text = (key: string): string | null => values.get(key) ?? null
  return { name, text, number: (key) => numberOf(text(key)) }
}

const numberOf = (text: string | null): number | null =>
  text !== null && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null
