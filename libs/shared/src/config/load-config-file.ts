import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { z } from 'zod'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { explainIssue } from './explain-issue.ts'
import { mergeLocated, nodeAt, plainValue, type Located } from './located.ts'
import { parseYaml } from './parse-yaml.ts'

export interface ConfigSource {
  /** The main file. Files `*.yaml` of the folder `akashic.d` beside it are merged in, in the order of their names. */
  readonly path: string
  /** Variables for `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A file of the configuration, as read. */
export interface ConfigText {
  readonly file: string
  readonly text: string
}

/** Reads, merges and checks a configuration.
 *  @throws ConfigError with every mistake at once, each with file, line and path. */
export async function loadConfigFile<S extends z.ZodType>(schema: S, source: ConfigSource): Promise<z.output<S>> {
  return parseConfig(schema, await readConfigTexts(source.path), source.env)
}

/** The main file and its fragments. @throws ConfigError when one cannot be read. */
export async function readConfigTexts(path: string): Promise<ConfigText[]> {
  const folder = join(dirname(path), 'akashic.d')
  const names = await readdir(folder).catch(() => [])
  const fragments = names
    .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
    .toSorted()
    .map((name) => join(folder, name))
  const texts: ConfigText[] = []
  const problems: ConfigProblem[] = []
  for (const file of [path, ...fragments]) {
    try {
      texts.push({ file, text: await readFile(file, 'utf8') })
    } catch (error) {
      problems.push({ file, line: null, path: '', message: unreadable(error) })
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return texts
}

/** The configuration that `texts` make together. @throws ConfigError */
export function parseConfig<S extends z.ZodType>(
  schema: S,
  texts: readonly ConfigText[],
  env: ConfigSource['env'],
): z.output<S> {
  const parsed = texts.map(({ file, text }) => parseYaml(file, text, env))
  if (parsed.some((one) => one.isBroken)) throw new ConfigError(parsed.flatMap((one) => one.problems))
  const root = parsed.map((one) => one.root).reduce(mergeLocated)
  const problems = parsed.flatMap((one) => one.problems)
  const first = schema.safeParse(plainValue(root))
  const result = first.success ? first : schema.safeParse(plainValue(retyped(root, first.error.issues)))
  if (result.success && problems.length === 0) return result.data
  const issues = result.success ? [] : result.error.issues.flatMap((issue) => explainIssue(schema, root, issue))
  const isNews = (issue: ConfigProblem) => !problems.some((one) => one.path === issue.path && one.line === issue.line)
  throw new ConfigError(inOrder([...problems, ...issues.filter(isNews)], texts))
}

/** Text of the environment is text, but `port: ${PORT}` means a number: reads it as what the schema asked for. */
function retyped(root: Located, issues: readonly z.core.$ZodIssue[]): Located {
  const wanted = new Map(
    issues.flatMap((issue) => {
      const node = issue.code === 'invalid_type' ? nodeAt(root, issue.path) : undefined
      return node?.kind === 'scalar' && node.isRetypable ? [[node, scalarOf(node.value)]] : []
    }),
  )
  const walk = (node: Located): Located => {
    if (node.kind === 'list') return { ...node, items: node.items.map(walk) }
    if (node.kind === 'scalar') return wanted.has(node) ? { ...node, value: wanted.get(node) } : node
    const entries = [...node.entries].map(([key, entry]) => [key, { ...entry, value: walk(entry.value) }] as const)
    return { ...node, entries: new Map(entries) }
  }
  return wanted.size === 0 ? root : walk(root)
}

function scalarOf(value: unknown): unknown {
  const text = String(value)
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return text === 'true' ? true : text === 'false' ? false : value
}

function inOrder(problems: readonly ConfigProblem[], texts: readonly ConfigText[]): ConfigProblem[] {
  const order = new Map(texts.map(({ file }, index) => [file, index]))
  return problems.toSorted(
    (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || (a.line ?? 0) - (b.line ?? 0),
  )
}

function unreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'may not be read by this user'
  if (code === 'EISDIR') return 'is a folder, not a file'
  return `cannot be read (${code ?? 'unknown error'})`
}
