import type { z } from 'zod'
import { didYouMean, keyShape, knownKeys } from './known-keys.ts'
import { formatPath, nodeAt, placeOf, type ConfigPath, type Located } from './located.ts'
import type { ConfigProblem } from './config-error.ts'

type Issue = z.core.$ZodIssue

/** What is wrong, where it stands and what would be right, for each issue that the schema has with `value`. */
export function explainIssues(
  schema: z.ZodType,
  root: Located,
  value: unknown,
  issues: readonly Issue[],
): ConfigProblem[] {
  const shape = keyShape(schema)
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys')
      return problemAt(root, issue.path, messageOf(issue, nodeAt(root, issue.path)))
    const known = knownKeys(shape, value, issue.path)
    return issue.keys.map((key) => problemAt(root, [...issue.path, key], `unknown key${didYouMean(key, known)}`))
  })
}

function problemAt(root: Located, path: ConfigPath, message: string): ConfigProblem {
  return { ...placeOf(root, path), path: formatPath(path), message }
}

function messageOf(issue: Issue, node: Located | undefined): string {
  if (issue.code === 'custom') return issue.message
  if (node === undefined) return `is missing; ${requirement(issue, node)}`
  if (node.kind === 'scalar' && node.value === null) return `is empty; ${requirement(issue, node)}`
  return requirement(issue, node)
}

function requirement(issue: Issue, node: Located | undefined): string {
  const value = node?.kind === 'scalar' ? node.value : undefined
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.startsWith('Invalid') ? `must be ${typeName(issue.expected)}` : issue.message
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}${didYouMean(value, issue.values)}`
    case 'invalid_union':
      if (!('options' in issue) || !Array.isArray(issue.options)) return issue.message
      return `must be ${oneOf(issue.options)}${didYouMean(value, issue.options)}`
    case 'too_small':
      return `must ${sized(issue.origin, 'at least', issue.minimum)}`
    case 'too_big':
      return `must ${sized(issue.origin, 'at most', issue.maximum)}`
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? `must be a valid ${issue.format}` : issue.message
    default:
      return issue.message
  }
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
