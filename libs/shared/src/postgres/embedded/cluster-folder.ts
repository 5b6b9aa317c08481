import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import { OpsError } from '../../errors/index.ts'
import { canEnter, type ServerAccount } from './server-account.ts'
import { systemFolder } from './server-binaries.ts'

/** The folder of the database cluster that belongs to `dataDir`: inside it, or, where the server's user cannot enter it,
 *  a folder of the system that `dataDir` remembers, so that it is the same at each start.
 *  @throws OpsError failed_precondition when a cluster that is known to exist cannot be reached. */
export async function locateCluster(dataDir: string, account: ServerAccount, log: Logger): Promise<string> {
  const note = join(dataDir, 'postgres.location')
  const noted = await readFile(note, 'utf8').then(
    (text) => text.trim(),
    () => null,
  )
  if (noted !== null) {
    if (!(await exists(dirname(noted)))) {
      throw new OpsError('failed_precondition', `the database of ${dataDir} was at ${noted}, which is gone`)
    }
    return noted
  }
  const inside = join(dataDir, 'postgres')
  if (await canEnter(account, dataDir)) return inside
  if (await exists(inside)) {
    const detail = `the user of the embedded Postgres cannot enter ${dataDir}; allow others to pass: chmod o+x on its path`
    throw new OpsError('failed_precondition', detail)
  }
  const outside = join(systemFolder, createHash('sha256').update(dataDir).digest('hex').slice(0, 16), 'postgres')
  await mkdir(dirname(outside), { recursive: true, mode: 0o711 })
  await writeFile(note, `${outside}\n`)
  log.warn(
    { dataDir, clusterDir: outside },
    'the user of the embedded Postgres cannot enter the data folder: the database is elsewhere',
  )
  return outside
}

/** Puts a moved cluster in its place, should the process that moved it have died just before. */
export async function finishMove(clusterDir: string): Promise<void> {
  const moved = movedCluster(clusterDir)
  if (!(await exists(clusterDir)) && (await exists(moved))) await replaceFolder(moved, clusterDir)
}

/** Where a move puts the finished cluster before it takes the place of the old one. */
export const movedCluster = (clusterDir: string): string => `${clusterDir}.moved`

/** The major version that made the cluster; null when there is none.
 *  @throws OpsError failed_precondition when the folder holds something else. */
export async function majorOf(clusterDir: string): Promise<number | null> {
  if (!(await exists(clusterDir))) return null
  const text = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => '')
  const major = Number.parseInt(text, 10)
  if (Number.isNaN(major))
    throw new OpsError('failed_precondition', `${clusterDir} holds no database that Postgres knows`)
  return major
}

/** Renames, and waits until the disk knows. */
export async function replaceFolder(from: string, to: string): Promise<void> {
  await rename(from, to)
  const parent = await open(dirname(to))
  await parent.sync().finally(() => parent.close())
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
