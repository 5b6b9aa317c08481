import type { Logger } from 'pino'
import type { Environment } from '../config/index.ts'
import { OpsError } from '../errors/index.ts'
import { assertDatabaseReachable, startEmbeddedPostgres } from '../postgres/index.ts'
import type { DriverChoice } from './open-platform.ts'

export interface StartedDatabase {
  readonly url: string
  readonly choice: DriverChoice
  stop(deadlineMs: number): Promise<void>
}

/** The database of DATABASE_URL, or one of our own under the data folder.
 *  @throws OpsError unavailable when it cannot be reached; failed_precondition when a service that runs apart is given none. */
export async function startDatabase(
  env: Environment,
  options: { dataDir: string; isStandalone: boolean; log: Logger },
): Promise<StartedDatabase> {
  if (env.databaseUrl) {
    await assertDatabaseReachable(env.databaseUrl)
    const choice = { part: 'postgres', driver: 'external', because: 'DATABASE_URL is set' }
    return { url: env.databaseUrl, choice, stop: async () => {} }
  }
  if (!options.isStandalone) {
    throw new OpsError(
      'failed_precondition',
      'DATABASE_URL must be set: only the standalone process brings its own Postgres',
    )
  }
  const embedded = await startEmbeddedPostgres({ dataDir: options.dataDir, log: options.log })
  const choice = { part: 'postgres', driver: 'embedded', because: 'DATABASE_URL is not set' }
  return { url: embedded.url, choice, stop: (deadlineMs) => embedded.stop(deadlineMs) }
}
