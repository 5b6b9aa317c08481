interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** A value that a JSON Schema of the kind that models take allows. References deeper than four give null. */
export function sampleOf(schema: Schema, text: string, root = schema, depth = 0): unknown {
  const again = (part: Schema): unknown => sampleOf(part, text, root, depth)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf?.[0]) return again(schema.anyOf[0])
  if (schema.$ref !== undefined) {
    const target = root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? (schema.$ref === '#' ? root : undefined)
    return target && depth < 4 ? sampleOf(target, text, root, depth + 1) : null
  }
  const type = typeof schema.type === 'object' ? schema.type[0] : schema.type
  if (type === 'object') {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, again(part)]))
  }
  if (type === 'array') return schema.items ? [again(schema.items)] : []
  if (type === 'number' || type === 'integer') return 1
  if (type === 'boolean') return true
  return type === 'null' ? null : text
}
