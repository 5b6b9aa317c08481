import type { z } from 'zod'
import { nodeAt, placeOf, type ConfigPath, type Located } from './located.ts'
import type { ConfigProblem } from './config-error.ts'

type Issue = z.core.$ZodIssue

/** What is wrong, where it stands and what would be right, for one issue of the schema. */
export function explainIssue(root: Located, issue: Issue): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => problemAt(root, [...issue.path, key], 'unknown key'))
  }
  return [problemAt(root, issue.path, messageOf(issue, nodeAt(root, issue.path)))]
}

function problemAt(root: Located, path: ConfigPath, message: string): ConfigProblem {
  return { ...placeOf(root, path), path: formatPath(path), message }
}

/** `components[2].checks[0].interval` */
export function formatPath(path: ConfigPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

function messageOf(issue: Issue, node: Located | undefined): string {
  if (node === undefined && issue.code !== 'custom') return `is missing${wantedBy(issue)}`
  if (node?.kind === 'scalar' && node.value === null && issue.code !== 'custom') return `is empty${wantedBy(issue)}`
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeName(issue.expected)}`
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? `must be ${oneOf(issue.options)}` : issue.message
    case 'too_small':
      return `must ${sized(issue.origin, 'at least', issue.minimum)}`
    case 'too_big':
      return `must ${sized(issue.origin, 'at most', issue.maximum)}`
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? `is not a valid ${issue.format}` : issue.message
    default:
      return issue.message
  }
}

function wantedBy(issue: Issue): string {
  if (issue.code === 'invalid_type') return `: ${typeName(issue.expected)}`
  if (issue.code === 'invalid_value') return `: ${oneOf(issue.values)}`
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return `: ${oneOf(issue.options)}`
  }
  return ''
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

function typeName(expected: string): string {
  return typeNames[expected] ?? expected
}

function oneOf(options: readonly unknown[]): string {
  const names = options.map(String)
  return names.length === 1 ? names[0]! : `one of ${names.join(', ')}`
}

function sized(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${limit} characters`
  if (origin === 'array') return `have ${bound} ${limit} ${Number(limit) === 1 ? 'entry' : 'entries'}`
  return `be ${bound} ${limit}`
}
