import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { z } from 'zod'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { explainIssues } from './explain-issue.ts'
import { readApart } from './read-apart.ts'
import { plainConfig, readLocated, readPlain, retyped, type PlainConfig } from './read-plain.ts'

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

/** Characters that are read in about 100 ms. Reading takes two hundred times a text's size for a moment, and V8 hardly
 *  gives that back: longer ones are read in a thread of their own. */
const longestReadHere = 128 * 1_024

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
export async function parseConfig<S extends z.ZodType>(
  schema: S,
  texts: readonly ConfigText[],
  env: ConfigSource['env'],
): Promise<z.output<S>> {
  const size = texts.reduce((sum, { text }) => sum + text.length, 0)
  const plain = size > longestReadHere ? await readApart(texts, env) : readPlain(texts, env)
  const result = plain && validate(schema, plain)
  return result?.success ? result.data : readExplaining(schema, texts, env)
}

/** Reads once more, with the place of every value, to say what is wrong. @throws ConfigError */
function readExplaining<S extends z.ZodType>(
  schema: S,
  texts: readonly ConfigText[],
  env: ConfigSource['env'],
): z.output<S> {
  const { root, problems } = readLocated(texts, env)
  if (root === null) throw new ConfigError(problems)
  const plain = plainConfig(root)
  const result = validate(schema, plain)
  if (result.success && problems.length === 0) return result.data
  const issues = result.success ? [] : explainIssues(schema, root, plain.value, result.error.issues)
  const isNews = (issue: ConfigProblem) => !problems.some((one) => one.path === issue.path && one.line === issue.line)
  throw new ConfigError(inOrder([...problems, ...issues.filter(isNews)], texts))
}

function validate<S extends z.ZodType>(schema: S, plain: PlainConfig) {
  const first = schema.safeParse(plain.value)
  return first.success ? first : schema.safeParse(retyped(plain, first.error.issues))
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
