import { z } from 'zod'

/** What changes how the text around it is shown: controls of a terminal, of the direction of writing, line separators. */
const unfitInLine = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u
const unfitInText = /(?![\t\n\r])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u
const message = 'must not contain control characters'

/** Text that people see on one line: names, headings. */
export const line = () => z.string().refine((text) => !unfitInLine.test(text), message)

/** Text that people read, of any number of lines. */
export const text = () => z.string().refine((text) => !unfitInText.test(text), message)

/** Paths of the strings within `value`, keys included, that no database keeps: with NUL or half of a surrogate pair. */
export function unstorablePaths(value: unknown, path: readonly PropertyKey[] = []): PropertyKey[][] {
  if (typeof value === 'string') return isStorable(value) ? [] : [[...path]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    isStorable(key) ? unstorablePaths(inner, [...path, Array.isArray(value) ? Number(key) : key]) : [[...path]],
  )
}

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
