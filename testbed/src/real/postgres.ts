import { execFile } from 'node:child_process'
import { chmod, chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../free-port.ts'
import { startChildServer } from './child-server.ts'
import type { RealServer } from './child-server.ts'
import { scratchFolder } from './scratch-folder.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

const programs = '/usr/lib/postgresql/15/bin'
const run = promisify(execFile)

export interface PostgresServer extends RealServer {
  /** With the password of its only user. */
  readonly url: string
  /** Its data folder. */
  readonly folder: string
}

export interface PostgresOptions {
  readonly port?: number
  readonly maxConnections?: number
  /** More of them, as `{ wal_level: 'logical' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Debian's Postgres 15 on a fresh data folder, with passwords asked for; forgets on a crash, as it does not sync. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const port = options.port ?? (await freePort())
  const parent = scratchFolder('postgres')
  const folder = join(parent, 'data')
  const passwordFile = join(parent, 'password')
  const user = await unprivilegedUser()
  await writeFile(passwordFile, 'testbed')
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(parent, user.uid, user.gid)
    await chown(passwordFile, user.uid, user.gid)
  }
  await chmod(parent, 0o700)
  const init = [
    '-D',
    folder,
    '-U',
    'postgres',
    '--pwfile',
    passwordFile,
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--no-sync',
  ]
  await run(join(programs, 'initdb'), init, { ...user, cwd: parent })
  const server = await startOn({ folder, parent, port, user }, options)
  return { ...server, folder, url: urlOf(port) }
}

/** A replica that streams from `primary`, on a copy of its data. */
export async function startPostgresReplica(
  primary: PostgresServer,
  options: PostgresOptions = {},
): Promise<PostgresServer> {
  const port = options.port ?? (await freePort())
  const parent = scratchFolder('postgres-replica')
  const folder = join(parent, 'data')
  const user = await unprivilegedUser()
  if (user.uid !== undefined && user.gid !== undefined) await chown(parent, user.uid, user.gid)
  await chmod(parent, 0o700)
  const copy = ['-d', primary.url, '-D', folder, '-R', '-X', 'stream', '-c', 'fast', '--no-sync']
  await run(join(programs, 'pg_basebackup'), copy, { ...user, cwd: parent })
  const server = await startOn({ folder, parent, port, user }, options)
  return { ...server, folder, url: urlOf(port) }
}

const urlOf = (port: number): string => `postgres://postgres:testbed@127.0.0.1:${port}/postgres`

interface Where {
  readonly folder: string
  readonly parent: string
  readonly port: number
  readonly user: { readonly uid?: number; readonly gid?: number }
}

function startOn({ folder, parent, port, user }: Where, options: PostgresOptions): Promise<RealServer> {
  const settings = { fsync: 'off', max_connections: String(options.maxConnections ?? 10), ...options.settings }
  return startChildServer({
    port,
    program: join(programs, 'postgres'),
    args: [
      ...['-D', folder, '-p', String(port), '-h', '127.0.0.1', '-k', parent],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    options: { ...user, cwd: parent },
    stopSignal: 'SIGINT',
    isReady: () => run(join(programs, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]),
  })
}
