/** An object as the API server sent it. Nothing of its shape is trusted: a field of another type reads as absent. */
export type Raw = unknown

/** The value under a path of field names; undefined where the path ends early. */
export function at(raw: Raw, ...path: readonly string[]): Raw {
  let value: unknown = raw
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
  }
  return value
}

/** A text, or '' where there is none. */
export function textAt(raw: Raw, ...path: readonly string[]): string {
  const value = at(raw, ...path)
  return typeof value === 'string' ? value : ''
}

/** A finite number, or `absent`. */
export function numberAt<A extends number | null>(raw: Raw, absent: A, ...path: readonly string[]): number | A {
  const value = at(raw, ...path)
  return typeof value === 'number' && Number.isFinite(value) ? value : absent
}

/** True only where the field is true. */
export function isAt(raw: Raw, ...path: readonly string[]): boolean {
  return at(raw, ...path) === true
}

/** The items of a list; none where there is no list. */
export function listAt(raw: Raw, ...path: readonly string[]): readonly Raw[] {
  const value = at(raw, ...path)
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

/** The texts of a list; items of other types are left out. */
export function textsAt(raw: Raw, ...path: readonly string[]): readonly string[] {
  return listAt(raw, ...path).filter((item) => typeof item === 'string')
}

export type Texts = Readonly<Record<string, string>>

const noTexts: Texts = Object.freeze({})

/** A map of texts, such as labels; values of other types are left out. */
export function mapAt(raw: Raw, ...path: readonly string[]): Texts {
  const entries = entriesAt(raw, ...path).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return entries.length === 0 ? noTexts : Object.fromEntries(entries)
}

/** The fields of an object. */
export function entriesAt(raw: Raw, ...path: readonly string[]): readonly (readonly [string, Raw])[] {
  const value = at(raw, ...path)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
}

/** A time in ms since 1970; null where there is none, or none that can be read. */
export function timeAt(raw: Raw, ...path: readonly string[]): number | null {
  const ms = Date.parse(textAt(raw, ...path))
  return Number.isNaN(ms) ? null : ms
}

/** A number or a text as text: the form of ports and percentages that may be either. */
export function intOrTextAt(raw: Raw, ...path: readonly string[]): string {
  const value = at(raw, ...path)
  return typeof value === 'number' || typeof value === 'string' ? String(value) : ''
}
