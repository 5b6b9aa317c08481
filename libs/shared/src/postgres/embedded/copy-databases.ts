import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { serverEnvironment } from './create-cluster.ts'

export interface CopyOptions {
  /** Folder of pg_dump and pg_restore. */
  readonly tools: string
  readonly password: string
  readonly oldPort: number
  readonly newPort: number
  /** Folder for the dumps. */
  readonly dumps: string
  readonly say: (step: string) => void
}

const run = promisify(execFile)

/** Copies every database of one server to another, and proves by the rows of each table that all of it arrived.
 *  @throws Error when a tool fails, or a table has another number of rows. */
export async function copyDatabases({ tools, password, oldPort, newPort, dumps, say }: CopyOptions): Promise<void> {
  const connection = (port: number, database: string) => ({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database,
  })
  const tool = (name: string, port: number, ...args: string[]) =>
    run(join(tools, name), ['--host=127.0.0.1', `--port=${port}`, '--username=postgres', '--no-password', ...args], {
      env: { ...serverEnvironment, PGPASSWORD: password },
    })

  for (const database of await databasesOf(connection(oldPort, 'postgres'))) {
    const dump = join(dumps, `${encodeURIComponent(database)}.dump`)
    say(`copying the database ${database}`)
    await tool('pg_dump', oldPort, '--format=custom', `--file=${dump}`, database)
    if (database !== 'postgres') await createDatabase(connection(newPort, 'postgres'), database)
    await tool('pg_restore', newPort, '--exit-on-error', `--dbname=${database}`, dump)
    const before = await rowsOf(connection(oldPort, database))
    const after = await rowsOf(connection(newPort, database))
    for (const [table, rows] of before) {
      if (after.get(table) !== rows) {
        throw new Error(
          `${table} of the database ${database} had ${rows} rows and arrived with ${after.get(table) ?? 'none'}`,
        )
      }
    }
    say(`compared ${before.size} tables of the database ${database}`)
  }
}

function databasesOf(connection: pg.ClientConfig): Promise<string[]> {
  return using(connection, async (client) => {
    const { rows } = await client.query<{ datname: string }>(`
      SELECT datname
        FROM pg_database
       WHERE NOT datistemplate AND datallowconn
       ORDER BY datname`)
    return rows.map((row) => row.datname)
  })
}

function createDatabase(connection: pg.ClientConfig, name: string): Promise<unknown> {
  return using(connection, (client) => client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`))
}

function rowsOf(connection: pg.ClientConfig): Promise<Map<string, string>> {
  return using(connection, async (client) => {
    const tables = await client.query<{ name: string }>(`
      SELECT format('%I.%I', schemaname, tablename) AS name
        FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
    const counts = new Map<string, string>()
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${name}`)
      counts.set(name, rows[0]!.count)
    }
    return counts
  })
}

async function using<T>(connection: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  return work(client).finally(() => client.end())
}
