import { createHash } from 'node:crypto'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import type { Logger } from 'pino'
import { connectionOptions } from '../postgres/open-database.ts'
import { toDatabaseError } from '../postgres/database-errors.ts'

export interface MigrationOptions {
  /** The service's own schema; made when missing. It also holds the list of what has run. */
  readonly schema: string
  /** Folder of `0001_name.sql` files, forward only. */
  readonly dir: string
  readonly log: Logger
}

/** Also bounds the wait for another replica that migrates. */
const statementTimeoutMs = 600_000

/** Brings `schema` up to date. Replicas that start together wait for the one that migrates.
 *  @throws OpsError unavailable when the database cannot be reached. */
export async function migrate(url: string, { schema, dir, log }: MigrationOptions): Promise<void> {
  const say = (message: string) => log.debug({ schema }, message)
  const client = new pg.Client({
    ...connectionOptions(url, `akashic-migrate-${schema}`),
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 5_000,
  })
  client.on('error', (error) => log.warn({ schema, err: error }, 'the connection of a migration broke'))
  try {
    await client.connect()
    const ran = await runner({
      dbClient: client,
      schema,
      createSchema: true,
      migrationsSchema: schema,
      migrationsTable: 'migration',
      dir,
      direction: 'up',
      advisoryLockMode: 'wait',
      lockValue: lockOf(schema),
      logger: {
        debug: say,
        info: say,
        warn: (message) => log.warn({ schema }, message),
        error: (message) => log.error({ schema }, message),
      },
    })
    if (ran.length > 0) log.info({ schema, migrations: ran.map((m) => m.name) }, 'migrated the database')
  } catch (error) {
    throw toDatabaseError(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A lock of its own per schema, so that services do not wait for each other. 48 bits: exact as a number. */
function lockOf(schema: string): number {
  return createHash('sha256').update(`akashic-migrate:${schema}`).digest().readUIntBE(0, 6)
}
