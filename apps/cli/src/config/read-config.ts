import { relative, resolve } from 'node:path'
import { configSchema, type Config } from '@akashic/config'
import { ConfigError, loadConfigFile } from '@akashic/shared/config'
import { CliError } from '../cli-error.ts'
import type { Session } from '../session.ts'
import { counted } from '../terminal/words.ts'

/** The file that is meant, as people at this terminal write it. */
export function configFile({ env, cwd }: Session, given: string | undefined): string {
  const path = resolve(cwd, given ?? (env['AKASHIC_CONFIG'] || 'akashic.yaml'))
  const near = relative(cwd, path)
  return near.startsWith('..') ? path : near
}

/** @throws ConfigError with file names as they were given. */
export async function readConfig({ env, cwd }: Session, file: string): Promise<Config> {
  try {
    return await loadConfigFile(configSchema, { path: resolve(cwd, file), env })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(error.problems.map((problem) => ({ ...problem, file: nearName(cwd, problem.file) })))
  }
}

/** What to tell of a configuration that cannot be read. */
export function refusalOf(error: ConfigError, file: string): CliError {
  return new CliError(`Reading ${file}`, `${counted(error.problems.length, 'mistake')}`, {
    details: error.message.split('\n'),
    next: ['Mend it, then: akashic config check'],
    cause: error,
  })
}

function nearName(cwd: string, file: string): string {
  const near = relative(cwd, file)
  return near.startsWith('..') ? file : near
}
