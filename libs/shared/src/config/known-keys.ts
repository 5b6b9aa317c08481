import { z } from 'zod'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** What a schema accepts, in a form that can be searched. */
export function keyShape(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}

/** The keys that the mapping at `path` may have; where the schema offers several shapes, those of the shape that the
 *  value claims to be. */
export function knownKeys(root: JsonSchema, value: unknown, path: readonly PropertyKey[]): string[] {
  let shapes = [root]
  let here = value
  for (const step of path) {
    shapes = shapes.flatMap((shape) => fitting(shape, here)).flatMap((shape) => childShape(shape, step))
    here = (here as Record<PropertyKey, unknown> | undefined)?.[step]
  }
  return shapes.flatMap((shape) => fitting(shape, here)).flatMap((shape) => Object.keys(shape.properties ?? {}))
}

function childShape(shape: JsonSchema, step: PropertyKey): JsonSchema[] {
  const child = typeof step === 'number' ? shape.items : shape.properties?.[String(step)]
  return typeof child === 'object' && !Array.isArray(child) ? [child] : []
}

/** The alternatives of `shape` whose constants `value` has. */
function fitting(shape: JsonSchema, value: unknown): JsonSchema[] {
  const alternatives = shape.oneOf ?? shape.anyOf
  if (alternatives === undefined) return [shape]
  return alternatives.filter((one) =>
    Object.entries(one.properties ?? {}).every(
      ([key, property]) =>
        typeof property !== 'object' ||
        property.const === undefined ||
        property.const === (value as Record<string, unknown>)[key],
    ),
  )
}

/** `; did you mean interval?` when one of the options is nearly what was written, else nothing. */
export function didYouMean(written: unknown, options: readonly unknown[]): string {
  if (typeof written !== 'string') return ''
  const near = options
    .map((option) => ({
      option: String(option),
      edits: editDistance(written.toLowerCase(), String(option).toLowerCase()),
    }))
    .filter(({ option, edits }) => edits <= Math.min(2, Math.ceil(option.length / 2)))
    .toSorted((a, b) => a.edits - b.edits)[0]
  return near === undefined ? '' : `; did you mean ${near.option}?`
}

/** Levenshtein distance. Long words are as far apart as they are long: they are no slip of the finger. */
function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Math.max(a.length, b.length)
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced))
    }
    row = next
  }
  return row[b.length]!
}
