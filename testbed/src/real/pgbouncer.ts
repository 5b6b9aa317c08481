import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram } from '../parts/find-program.ts'
import { freePort } from '../free-port.ts'
import { startChildServer } from './child-server.ts'
import type { RealServer } from './child-server.ts'
import type { PostgresServer } from './postgres.ts'
import { scratchFolder } from './scratch-folder.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

export interface PgBouncerServer extends RealServer {
  /** Of what is behind it, with the password of its only user. */
  readonly url: string
}

/** A PgBouncer before a Postgres, which gives its few sessions to others after each transaction. */
export async function startPgBouncer(
  { port: behind, url }: PostgresServer,
  settings: Readonly<Record<string, string>> = {},
): Promise<PgBouncerServer> {
  const port = await freePort()
  const folder = scratchFolder('pgbouncer')
  const user = await unprivilegedUser()
  const { username, password } = new URL(url)
  const all = {
    ...{ listen_addr: '127.0.0.1', listen_port: String(port), unix_socket_dir: '', auth_type: 'plain' },
    ...{ auth_file: 'users.txt', pool_mode: 'transaction', default_pool_size: '2', ...settings },
  }
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`)
  const files = {
    'users.txt': `"${username}" "${password}"\n`,
    'pgbouncer.ini': `[databases]\n* = host=127.0.0.1 port=${behind}\n[pgbouncer]\n${lines.join('\n')}\n`,
  }
  const owned = [folder]
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text)
    owned.push(join(folder, name))
  }
  if (user.uid !== undefined && user.gid !== undefined) {
    for (const path of owned) await chown(path, user.uid, user.gid)
  }
  const program = findProgram('pgbouncer') ?? 'pgbouncer'
  const server = await startChildServer({ port, program, args: ['pgbouncer.ini'], options: { ...user, cwd: folder } })
  return { ...server, url: url.replace(`:${behind}/`, `:${port}/`) }
}
