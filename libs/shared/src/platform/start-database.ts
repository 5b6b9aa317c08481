import type { Logger } from 'pino'
import type { Environment } from '../config/index.ts'
import { OpsError } from '../errors/index.ts'
import { assertDatabaseReachable, startEmbeddedPostgres } from '../postgres/index.ts'
import type { DriverChoice } from './open-platform.ts'

export interface StartedDatabase {
  readonly url: string
  /** True when it did not answer at the start, and the process may begin without it. */
  readonly isAway: boolean
  readonly choice: DriverChoice
  stop(deadlineMs: number): Promise<void>
}

/** The database of DATABASE_URL, or one of our own under the data folder.
 *  @throws OpsError unavailable when it cannot be reached; failed_precondition when a service that runs apart is given none. */
export async function startDatabase(
  env: Environment,
  options: { dataDir: string; isStandalone: boolean; mayBeAway: boolean; log: Logger },
): Promise<StartedDatabase> {
  if (env.databaseUrl) {
    const isAway = await isUnreachable(env.databaseUrl, options)
    const choice = { part: 'postgres', driver: 'external', because: 'DATABASE_URL is set' }
    return { url: env.databaseUrl, isAway, choice, stop: async () => {} }
  }
  if (!options.isStandalone) {
    throw new OpsError(
      'failed_precondition',
      'DATABASE_URL must be set: only the standalone process brings its own Postgres',
    )
  }
  const embedded = await startEmbeddedPostgres({ dataDir: options.dataDir, log: options.log })
  const choice = { part: 'postgres', driver: 'embedded', because: 'DATABASE_URL is not set' }
  return { url: embedded.url, isAway: false, choice, stop: (deadlineMs) => embedded.stop(deadlineMs) }
}

async function isUnreachable(url: string, { mayBeAway, log }: { mayBeAway: boolean; log: Logger }): Promise<boolean> {
  try {
    await assertDatabaseReachable(url)
    return false
  } catch (error) {
    if (!mayBeAway || !(error instanceof OpsError) || error.code !== 'unavailable') throw error
    log.warn({ reason: error.message }, 'starting without the database: what is kept is served until it is back')
    return true
  }
}
