/** A text without what Postgres does not take: NUL, and halves of surrogate pairs. */
export const storableText = (text: string): string => text.replaceAll('\u0000', '').toWellFormed()

/** A document whose texts are all storable. */
export function storable<T>(value: T): T {
  return clean(value) as T
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clean(each)]))
}
