import { randomBytes } from 'node:crypto'
import { openDatabase, sql, type Database } from '@akashic/shared/postgres'
import { pino } from 'pino'
import { startTestPostgres } from './test-postgres.ts'

export interface TestDatabase {
  readonly db: Database
  readonly url: string
  /** Drops the database, whoever is still connected to it. */
  close(): Promise<void>
}

const log = pino({ level: 'silent' })

/** A fresh, empty, real database: on the server of AKASHIC_TEST_DATABASE_URL, else on an embedded one of its own. */
export async function testDatabase(): Promise<TestDatabase> {
  const shared = process.env.AKASHIC_TEST_DATABASE_URL
  return shared ? databaseOn(shared) : databaseOfItsOwn()
}

async function databaseOn(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await once(serverUrl, (server) => server.query(sql`CREATE DATABASE ${sql.identifier(name)}`))
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const db = openDatabase({ url: url.href, applicationName: 'test', log })
  return {
    db,
    url: url.href,
    close: async () => {
      await db.close()
      await once(serverUrl, (server) => server.query(sql`DROP DATABASE IF EXISTS ${sql.identifier(name)} WITH (FORCE)`))
    },
  }
}

async function databaseOfItsOwn(): Promise<TestDatabase> {
  const server = await startTestPostgres()
  const db = openDatabase({ url: server.url, applicationName: 'test', log })
  return {
    db,
    url: server.url,
    close: async () => {
      await db.close()
      await server.stop()
    },
  }
}

async function once(url: string, work: (db: Database) => Promise<unknown>): Promise<void> {
  const db = openDatabase({ url, applicationName: 'test', maxConnections: 1, log })
  await work(db).finally(() => db.close())
}
