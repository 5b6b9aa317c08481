import { setTimeout as delay } from 'node:timers/promises'
import { isNativeError } from 'node:util/types'
import pg from 'pg'
import type { Logger } from 'pino'
import { Gauge, type Registry } from 'prom-client'
import type { Database, Transaction } from './database.ts'
import { isConnectionLoss, isRetryable, toDatabaseError } from './database-errors.ts'
import { createListener } from './listener.ts'
import type { Sql } from './sql.ts'

export interface DatabaseOptions {
  readonly url: string
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** Default 10. */
  readonly maxConnections?: number
  readonly log: Logger
  readonly metrics?: Registry
}

const connectTimeoutMs = 5_000
const statementTimeoutMs = 30_000
const retries = 3

const int8 = 20
const date = 1082

/** Parses as the rest of the code expects: int8 as number (we store nothing above 2^53), date as its text. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown => {
    if (oid === int8) return Number
    if (oid === date) return String
    return pg.types.getTypeParser(oid, format)
  },
}

/** Options of every connection we make, so that none waits for ever. */
export function connectionOptions(url: string, applicationName: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // Where the server is gone without a word, its own limit cannot help.
    query_timeout: statementTimeoutMs + 5_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
  }
}

/** Opens a pool on `url`. Connects lazily: use `assertDatabaseReachable` to find out at start whether it can be reached. */
export function openDatabase(options: DatabaseOptions): Database {
  const { log } = options
  const config = connectionOptions(options.url, options.applicationName)
  const pool = new pg.Pool({ ...config, max: options.maxConnections ?? 10, idleTimeoutMillis: 30_000 })
  pool.on('error', (error: Error & { client?: unknown }) => {
    // The pool hangs the whole client on the error, the key that cancels its statements included.
    delete error.client
    if (!pool.ending) log.warn({ err: error }, 'an idle database connection broke')
  })
  // One that breaks while it is checked out tells its user by the failing statement; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const listener = createListener(config, log)
  if (options.metrics) measurePool(pool, options.metrics)

  const connect = () =>
    pool.connect().catch((error: unknown) => {
      throw toDatabaseError(error)
    })

  return {
    query: async <Row>(statement: Sql) => {
      const client = await connect()
      try {
        const rows = await run<Row>(client, statement)
        client.release()
        return rows
      } catch (error) {
        client.release(isBroken(error))
        throw toDatabaseError(error)
      }
    },
    transaction: async (work) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await transactOnce(await connect(), log, work)
        } catch (error) {
          if (attempt > retries || !isRetryable(error)) throw error
          await delay((0.5 + Math.random()) * 10 * 2 ** attempt)
        }
      }
    },
    listen: (channel, onPayload, onReconnected) => listener.listen(channel, onPayload, onReconnected),
    close: async () => {
      await listener.close()
      await pool.end()
    },
  }
}

async function transactOnce<T>(client: pg.PoolClient, log: Logger, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const committed: (() => void)[] = []
  const tx: Transaction = {
    query: async <Row>(statement: Sql) => {
      try {
        return await run<Row>(client, statement)
      } catch (error) {
        throw toDatabaseError(error)
      }
    },
    afterCommit: (action) => committed.push(action),
  }
  let result: T
  try {
    await client.query('BEGIN')
    result = await work(tx)
    const { command } = await client.query('COMMIT')
    // COMMIT of a transaction in which a statement failed is answered by ROLLBACK.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements had failed')
  } catch (error) {
    const rolledBack = isBroken(error)
      ? false
      : await client.query('ROLLBACK').then(
          () => true,
          () => false,
        )
    client.release(!rolledBack)
    throw toDatabaseError(error)
  }
  client.release()
  for (const action of committed) {
    try {
      action()
    } catch (error) {
      log.error({ err: error }, 'an action after commit failed')
    }
  }
  return result
}

async function run<Row>(client: pg.PoolClient, statement: Sql): Promise<Row[]> {
  const result = await client.query(statement.text, statement.values as unknown[])
  return result.rows as Row[]
}

/** A connection whose protocol state is not known cannot go back to the pool. */
function isBroken(error: unknown): boolean {
  const cause = isNativeError(error) && isNativeError(error.cause) ? error.cause : error
  return isConnectionLoss(cause) || (isNativeError(cause) && cause.message === 'Query read timeout')
}

function measurePool(pool: pg.Pool, metrics: Registry): void {
  new Gauge({
    name: 'akashic_database_connections',
    help: 'Connections of the pool by state; waiting counts callers that wait for one.',
    labelNames: ['state'],
    registers: [metrics],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      this.set({ state: 'waiting' }, pool.waitingCount)
    },
  })
}
