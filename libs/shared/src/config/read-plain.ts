import type { z } from 'zod'
import type { ConfigProblem } from './config-error.ts'
import type { ConfigSource, ConfigText } from './load-config-file.ts'
import { mergeLocated, type ConfigPath, type Located } from './located.ts'
import { parseYaml } from './parse-yaml.ts'

/** A configuration without its places: small, and able to pass between threads. */
export interface PlainConfig {
  readonly value: unknown
  /** Where unquoted text came from the environment: it may stand for a number or a truth value. */
  readonly retypable: readonly ConfigPath[]
}

/** What `texts` say together, and where; `root` is null when one of them is no YAML. */
export function readLocated(
  texts: readonly ConfigText[],
  env: ConfigSource['env'],
): { readonly root: Located | null; readonly problems: readonly ConfigProblem[] } {
  const parsed = texts.map(({ file, text }) => parseYaml(file, text, env))
  const problems = parsed.flatMap((one) => one.problems)
  const isBroken = parsed.some((one) => one.isBroken)
  return { root: isBroken ? null : parsed.map((one) => one.root).reduce(mergeLocated), problems }
}

/** What `texts` say together; null when something is wrong with them. */
export function readPlain(texts: readonly ConfigText[], env: ConfigSource['env']): PlainConfig | null {
  const { root, problems } = readLocated(texts, env)
  return root === null || problems.length > 0 ? null : plainConfig(root)
}

export function plainConfig(root: Located): PlainConfig {
  const retypable: ConfigPath[] = []
  const plain = (node: Located, path: ConfigPath): unknown => {
    if (node.kind === 'list') return node.items.map((item, index) => plain(item, [...path, index]))
    if (node.kind === 'map') {
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value, [...path, key])]))
    }
    if (node.isRetypable) retypable.push(path)
    return node.value
  }
  return { value: plain(root, []), retypable }
}

/** Text of the environment is text, but `port: ${PORT}` means a number: reads it as what the schema asked for. */
export function retyped({ value, retypable }: PlainConfig, issues: readonly z.core.$ZodIssue[]): unknown {
  const wanted = new Set(
    issues.filter((issue) => issue.code === 'invalid_type').map((issue) => JSON.stringify(issue.path)),
  )
  const paths = retypable.filter((path) => wanted.has(JSON.stringify(path)))
  return paths.reduce((whole, path) => replacedAt(whole, path, scalarOf), value)
}

function replacedAt(node: unknown, [step, ...rest]: ConfigPath, replace: (value: unknown) => unknown): unknown {
  if (step === undefined) return replace(node)
  if (Array.isArray(node)) return node.with(Number(step), replacedAt(node[Number(step)], rest, replace))
  const map = node as Record<PropertyKey, unknown>
  return { ...map, [step]: replacedAt(map[step], rest, replace) }
}

function scalarOf(value: unknown): unknown {
  const text = String(value)
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return text === 'true' ? true : text === 'false' ? false : value
}
