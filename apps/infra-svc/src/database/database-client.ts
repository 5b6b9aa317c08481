import { Socket } from 'node:net'
import { isNativeError } from 'node:util/types'
import type { DatabaseSpec } from '@akashic/config'
import { sqlStateOf, type Sql } from '@akashic/shared/postgres'
import pg from 'pg'
import { DatabaseUnreachable } from './engine.ts'
import { classifyFailure, placeOf, type Place } from './reachability.ts'
import { ownMark } from './topic/slow.sql.ts'
import { beginReading, commit, rawEncoding, rollback } from './session.sql.ts'
import { createTurns } from './turns.ts'
import { isUntranslatable } from './unknown.ts'

/** Connections to one database: what looks at it must not take what it lacks. */
const mostConnections = 2
const statementTimeoutMs = 4_000
const limits = { statementMs: statementTimeoutMs, lockMs: 500 }
/** The server's own limit comes first; this one is for servers that have gone without a word. */
const answerWithinMs = statementTimeoutMs + 1_000

export type Read = <Row>(statement: Sql) => Promise<readonly Row[]>

/** Reads one database. It cannot write: each statement runs in a read-only transaction of its own, which holds behind
 *  poolers too, whose servers are shared. */
export interface DatabaseClient {
  readonly place: Place
  /** @throws DatabaseUnreachable when there is no connection or it breaks; other errors are the server's own. */
  readonly read: Read
  /** Runs several statements in one such transaction. */
  readonly together: <T>(work: (read: Read) => Promise<T>) => Promise<T>
  close(): void
}

export function openDatabaseClient({ url, readyWithin }: Pick<DatabaseSpec, 'url' | 'readyWithin'>): DatabaseClient {
  const place = placeOf(url)
  const sockets = new Set<Socket>()
  const turns = createTurns(mostConnections)
  let hasConnected = false
  const pool = new pg.Pool({
    ...{ connectionString: url, application_name: 'akashic', max: mostConnections, types },
    ...{ connectionTimeoutMillis: readyWithin, query_timeout: answerWithinMs, idleTimeoutMillis: 10_000 },
    stream: () => {
      const socket = new Socket()
      hasConnected = false
      sockets.add(socket)
      socket.once('connect', () => (hasConnected = true)).once('close', () => sockets.delete(socket))
      return socket
    },
  })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))

  async function connected(): Promise<pg.PoolClient> {
    try {
      return await pool.connect()
    } catch (error) {
      throw new DatabaseUnreachable(classifyFailure(error, place, hasConnected))
    }
  }

  async function inTransaction<T>(work: (read: Read) => Promise<T>, isRaw: boolean): Promise<T> {
    const client = await connected()
    const read: Read = async <Row>({ text, values }: Sql) => {
      // By the extended protocol a text is one statement, whatever stands in it.
      const query = { text: `${ownMark} ${text}`, values: [...values], queryMode: 'extended' }
      return (await client.query(query)).rows as Row[]
    }
    try {
      await client.query(beginReading(limits).text)
      if (isRaw) await client.query(rawEncoding.text)
      const answer = await work(read)
      await client.query(commit.text)
      client.release()
      return answer
    } catch (error) {
      const isLost = isConnectionLost(error) || !(await rolledBack(client))
      client.release(isLost)
      if (isConnectionLost(error)) throw new DatabaseUnreachable(classifyFailure(error, place, true))
      throw withoutValues(error)
    }
  }

  return {
    place,
    read: <Row>(statement: Sql) =>
      turns.take(() =>
        inTransaction((read) => read<Row>(statement), false).catch((error: unknown) => {
          if (!isUntranslatable(error)) throw error
          return inTransaction((read) => read<Row>(statement), true)
        }),
      ),
    together: (work) => turns.take(() => inTransaction(work, false)),
    close: () => {
      void pool.end().catch(() => undefined)
      for (const socket of sockets) socket.destroy()
    },
  }
}

const int8 = 20
const numeric = 1700
const oid = 26
const types: pg.CustomTypesConfig = {
  getTypeParser: (type: number, format?: 'text' | 'binary'): unknown =>
    type === int8 || type === numeric || type === oid ? Number : pg.types.getTypeParser(type, format),
}

const lostStates = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', '57P01', '57P02', '57P03', '57P05', '25P03'])

function isConnectionLost(error: unknown): boolean {
  const state = sqlStateOf(error) ?? ''
  if (lostStates.has(state) || state.startsWith('08')) return true
  return isNativeError(error) && /^(Connection terminated|Query read timeout|Client (was|has))/.test(error.message)
}

const rolledBack = (client: pg.PoolClient): Promise<boolean> =>
  client.query(rollback.text).then(
    () => true,
    () => false,
  )

/** An error without the row or text that it is about. */
function withoutValues(error: unknown): unknown {
  if (!isNativeError(error)) return error
  const clean = new Error(error.message) as Error & { code?: string }
  const state = sqlStateOf(error)
  if (state !== undefined) clean.code = state
  return clean
}
