import { z } from 'zod'
import { modelFields, providerFields, proxySection, qualitySection, queueSection, virtualKeyFields } from '../ai.ts'
import { ruleKinds, ruleVariables } from '../alerts.ts'
import { channelTypes } from '../channels.ts'
import { checkKinds } from '../check.ts'
import { componentFields } from '../component.ts'
import { configSchema } from '../config.ts'
import { databaseSchema } from '../databases.ts'
import { policyFields, wordVariables } from '../incidents.ts'
import { notificationVariables, routeFields, templateFields } from '../notifications.ts'
import { escalationFields, personFields, rotationFields, scheduleFields, stepFields } from '../on-call.ts'

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
    `Each entry of \`incidents.policies\` opens incidents. Its words may hold ${variables(wordVariables)}.`,
    table(rowsOf(shapeOf(policyFields), 1)),
    ...tellingText(),
    ...aiText(),
    '## Databases',
    'Each entry of `databases:` is one Postgres database, 14 or later, or one Redis or Valkey, that is only read.',
    table(rowsOf(shapeOf(databaseSchema), 2)),
    '## Components',
    'Each entry of `components:` is one thing that people know by a name.',
    table(rowsOf(shapeOf(componentFields), 4)),
    '## Checks',
    'Each entry of `checks:` has a `kind`. Every kind also has these:',
    table(commonRows(checkKinds)),
    ...checkKinds.flatMap((kind) => kindText(kind, checkKinds, 'kind')),
  ].join('\n\n')
}

function sectionText(name: string, section: Shape): string[] {
  if (section.type !== 'object') return []
  return [`### \`${name}\``, String(section.description ?? ''), table(rowsOf(section, 1))]
}

function aiText(): string[] {
  const sections = [
    ['proxy', proxySection],
    ['queue', queueSection],
    ['quality', qualitySection],
  ] as const
  return [
    '## AI providers',
    'Each entry of `ai.providers`:',
    table(rowsOf(shapeOf(providerFields), 2)),
    'Each entry of its `models`:',
    table(rowsOf(shapeOf(modelFields), 1)),
    'Each entry of `ai.keys`:',
    table(rowsOf(shapeOf(virtualKeyFields), 1)),
    ...sections.flatMap(([name, section]) => [`Keys of \`ai.${name}\`:`, table(rowsOf(shapeOf(section), 1))]),
  ]
}

function tellingText(): string[] {
  return [
    '## Notifications',
    'Each entry of `channels:` has a `type`. Every type also has these:',
    table(commonRows(channelTypes)),
    ...channelTypes.flatMap((type) => kindText(type, channelTypes, 'type')),
    '### Routes',
    'Each entry of `notifications.routes` names channels that hear of incidents.',
    table(rowsOf(shapeOf(routeFields), 1)),
    '### Templates',
    `Keys of \`notifications.templates\`, each with \`title\` and \`body\`, which may hold ${variables(notificationVariables)}.`,
    table(rowsOf(shapeOf(templateFields), 1)),
    '## On call',
    'Each entry of `onCall.people`:',
    table(rowsOf(shapeOf(personFields), 1)),
    'Each entry of `onCall.schedules`, and each of its `rotations`:',
    table(rowsOf(shapeOf(scheduleFields), 1)),
    table(rowsOf(shapeOf(rotationFields), 1)),
    'Each entry of `onCall.policies`, and each of its `steps`:',
    table(rowsOf(shapeOf(escalationFields), 1)),
    table(rowsOf(shapeOf(stepFields), 1)),
    '## Alert rules',
    `Each entry of \`alerts.rules\` has a \`kind\`. Summaries may hold ${variables(ruleVariables)}. Every kind also has these:`,
    table(commonRows(ruleKinds)),
    ...ruleKinds.flatMap((kind) => kindText(kind, ruleKinds, 'kind')),
  ]
}

const variables = (names: readonly string[]): string => names.map((name) => `\`{{${name}}}\``).join(', ')

/** Rows that every schema of a union has alike, but for the key that tells them apart. */
function commonRows(kinds: readonly z.ZodType[]): Row[] {
  const [first, ...others] = kinds.map((kind) => rowsOf(shapeOf(kind), 3))
  const isEverywhere = (row: Row) => others.every((rows) => rows.some((other) => other.key === row.key))
  return first!.filter((row) => row.key !== 'kind' && row.key !== 'type' && isEverywhere(row))
}

function kindText(kind: z.ZodType, kinds: readonly z.ZodType[], key: string): string[] {
  const shape = shapeOf(kind)
  const told = shape.properties![key] as Shape
  const common = commonRows(kinds)
  const own = rowsOf(shape, 3).filter((row) => row.key !== key && !common.some(isSame(row)))
  const text = [`### \`${String(told.const)}\``, String(told.description)]
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
    case 'number':
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
  if (item.oneOf !== undefined) return 'mappings'
  if (item.anyOf !== undefined) {
    return item.anyOf.some((each) => each.type === 'object') ? 'text or mappings' : 'status codes'
  }
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
