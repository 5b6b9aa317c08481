import { z } from 'zod'
import { checkKinds } from '../check.ts'
import { componentFields } from '../component.ts'
import { configSchema } from '../config.ts'
import { policyFields, wordVariables } from '../incidents.ts'

type Shape = z.core.JSONSchema.BaseSchema

interface Row {
  readonly key: string
  readonly type: string
  readonly fallback: string
  readonly text: string
}

/** The sections of akashic.yaml as Markdown, read from the schemas that check it. */
export function renderReference(): string {
  const sections = shapeOf(configSchema).properties!
  return [
    '## Sections',
    table(rowsOf(shapeOf(configSchema), 1)),
    ...Object.entries(sections).flatMap(([name, section]) => sectionText(name, section as Shape)),
    '## Incident policies',
    `Each entry of \`incidents.policies\` opens incidents. Its words may hold ${wordVariables.map((name) => `\`{{${name}}}\``).join(', ')}.`,
    table(rowsOf(shapeOf(policyFields), 1)),
    '## Components',
    'Each entry of `components:` is one thing that people know by a name.',
    table(rowsOf(shapeOf(componentFields), 4)),
    '## Checks',
    'Each entry of `checks:` has a `kind`. Every kind also has these:',
    table(commonRows()),
    ...checkKinds.flatMap((kind) => kindText(shapeOf(kind))),
  ].join('\n\n')
}

function sectionText(name: string, section: Shape): string[] {
  if (section.type !== 'object') return []
  return [`### \`${name}\``, String(section.description ?? ''), table(rowsOf(section, 1))]
}

function commonRows(): Row[] {
  const [first, ...others] = checkKinds.map((kind) => rowsOf(shapeOf(kind), 3))
  const isEverywhere = (row: Row) => others.every((rows) => rows.some((other) => other.key === row.key))
  return first!.filter((row) => row.key !== 'kind' && isEverywhere(row))
}

function kindText(shape: Shape): string[] {
  const kind = shape.properties!['kind'] as Shape
  const common = commonRows()
  const own = rowsOf(shape, 3).filter((row) => row.key !== 'kind' && !common.some(isSame(row)))
  const text = [`### \`${kind.const}\``, String(kind.description)]
  return own.length === 0 ? text : [...text, table(own)]
}

function isSame(row: Row): (other: Row) => boolean {
  return (other) => other.key === row.key && other.fallback === row.fallback
}

function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}

/** Rows of the keys of a mapping, nested mappings as `outer.inner` down to `depth`. */
function rowsOf(shape: Shape, depth: number, prefix = ''): Row[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, value]) => {
    const property = value as Shape
    const key = prefix + name
    const isRequired = shape.required?.includes(name) === true
    const own = {
      key,
      type: typeOf(property),
      fallback: fallbackOf(property, isRequired),
      text: property.description ?? '',
    }
    const isMapping = depth > 1 && property.properties !== undefined
    return isMapping ? [own, ...rowsOf(property, depth - 1, `${key}.`)] : [own]
  })
}

function typeOf(shape: Shape): string {
  if (shape.enum !== undefined) return shape.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (shape.const !== undefined) return `\`${String(shape.const)}\``
  if (isDuration(shape)) return 'duration'
  switch (shape.type) {
    case 'array':
      return `list of ${itemTypeOf(shape.items as Shape)}`
    case 'object':
      return 'mapping'
    case 'integer':
      return rangeOf(shape)
    case 'boolean':
      return '`true`, `false`'
    case 'string':
      return 'text'
    default:
      return 'any value'
  }
}

function itemTypeOf(item: Shape): string {
  if (item.enum !== undefined) return typeOf(item)
  if (item.oneOf !== undefined) return 'checks'
  if (item.anyOf !== undefined) return 'status codes'
  return item.type === 'object' ? 'mappings' : 'text'
}

function rangeOf({ minimum, maximum }: Shape): string {
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) return 'number'
  return `${minimum} to ${maximum}`
}

function isDuration(shape: Shape): boolean {
  return shape.type === 'string' && shape.pattern?.includes('(ms|s|m|h|d)') === true
}

function fallbackOf(shape: Shape, isRequired: boolean): string {
  if (isRequired) return 'required'
  if (shape.default === undefined || shape.type === 'object') return ''
  if (shape.default === '') return 'empty'
  return `\`${typeof shape.default === 'string' ? shape.default : JSON.stringify(shape.default)}\``
}

function table(rows: readonly Row[]): string {
  return [
    '| key | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ key, type, fallback, text }) => `| \`${key}\` | ${cell(type)} | ${cell(fallback)} | ${cell(text)} |`,
    ),
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
