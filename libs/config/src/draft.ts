/** A mistake that lies between parts of the configuration, at `path` from its root. */
export interface CrossProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Indexes of the values that an earlier one equals; `undefined` equals nothing. */
export function repeated(values: readonly (string | undefined)[]): number[] {
  const seen = new Set<string>()
  return values.flatMap((value, index) => {
    if (value === undefined) return []
    if (seen.has(value)) return [index]
    seen.add(value)
    return []
  })
}

/** True of a mapping. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value, if it is a list; else an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The value, if it is text. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
