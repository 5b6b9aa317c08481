import { readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { ConfigError, formatProblem } from '@akashic/shared/config'
import { readLoadTest, type LoadTest } from '@akashic/load-test'
import { CliError } from '../cli-error.ts'
import type { Session } from '../session.ts'

/** Reads a load test and the data files that it names, which are beside it.
 *  @throws CliError with every mistake, each with its line. */
export async function readFileOfTest(
  { cwd, env }: Session,
  file: string,
  given: readonly string[] = [],
): Promise<LoadTest> {
  const trying = `Reading ${file}`
  const path = resolve(cwd, file)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CliError(trying, reasonOf(error), { cause: error })
  })
  try {
    return await readLoadTest({
      ...{ file, text, env: { ...env, ...variablesOf(given) } },
      readData: (name) => readData(dirname(path), name),
    })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const { problems } = error
    const count = problems.length === 1 ? 'there is a mistake' : `there are ${problems.length} mistakes`
    throw new CliError(trying, count, { details: problems.map(formatProblem), cause: error })
  }
}

async function readData(folder: string, name: string): Promise<string> {
  const path = resolve(folder, name)
  if (relative(folder, path).startsWith('..')) throw new Error('must be in the folder of the test, or below')
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(reasonOf(error), { cause: error })
  })
}

function variablesOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((each) => {
      const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(each) ?? []
      if (name === undefined) throw new CliError('Reading --env', 'it must be NAME=value', { exitCode: 2 })
      return [name, value]
    }),
  )
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'there is no such file'
  return code === 'EISDIR' ? 'it is a folder' : `it cannot be read (${code ?? 'unknown error'})`
}
