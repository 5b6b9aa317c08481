import { execFile } from 'node:child_process'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Logger } from 'pino'
import { OpsError } from '../../errors/index.ts'
import { finishMove, locateCluster, majorOf, movedCluster, replaceFolder } from './cluster-folder.ts'
import { copyDatabases } from './copy-databases.ts'
import { createCluster, passwordOf } from './create-cluster.ts'
import { freePort } from './free-port.ts'
import { serverAccount } from './server-account.ts'
import { serverBinaries } from './server-binaries.ts'
import { startServerProcess } from './server-process.ts'
import { stopOrphan } from './stop-orphan.ts'

export interface MoveOptions {
  /** Held by `claimDataFolder`. */
  readonly dataDir: string
  /** Folder of the old version's postgres, pg_dump and pg_restore; by default where packages put them. */
  readonly oldBinaries?: string
  readonly log: Logger
  /** Told of each step, in words. */
  readonly say: (step: string) => void
}

const run = promisify(execFile)

/** Moves the embedded database to the major version that we bring: dumps each database with the old version's tools,
 *  restores it, compares the rows of each table, and only then puts the new cluster in place. The old one is kept beside it.
 *  Killed at any moment, it leaves the old cluster in use, or the finished new one.
 *  @returns the folder where the old cluster is kept.
 *  @throws OpsError failed_precondition when there is nothing to move, or the old version's tools are missing. */
export async function moveCluster({ dataDir, oldBinaries, log, say }: MoveOptions): Promise<string> {
  const account = await serverAccount()
  const binaries = await serverBinaries(account, log)
  const clusterDir = await locateCluster(dataDir, account, log)
  await finishMove(clusterDir)
  const major = await majorOf(clusterDir)
  if (major === null) throw new OpsError('failed_precondition', `there is no database in ${dataDir}`)
  if (major === binaries.major) {
    throw new OpsError(
      'failed_precondition',
      `the database in ${dataDir} is of Postgres ${major} already: nothing to move`,
    )
  }
  const kept = `${clusterDir}-${major}`
  if (await exists(kept)) throw new OpsError('failed_precondition', `${kept} is in the way: move it elsewhere first`)
  const tools = await findTools(major, oldBinaries)
  const password = await passwordOf(dataDir, true)

  await rm(movedCluster(clusterDir), { recursive: true, force: true })
  await stopOrphan(clusterDir, log)
  say(`making an empty database of Postgres ${binaries.major}`)
  const newDir = await createCluster(binaries, account, clusterDir, password)
  const dumps = join(dataDir, 'move')
  await mkdir(dumps, { recursive: true, mode: 0o700 })
  const oldPort = await freePort()
  const old = await startServerProcess({ postgres: join(tools, 'postgres'), account, clusterDir, port: oldPort, log })
  try {
    const newPort = await freePort()
    const next = await startServerProcess({
      postgres: binaries.postgres,
      account,
      clusterDir: newDir,
      port: newPort,
      log,
    })
    await copyDatabases({ tools, password, oldPort, newPort, dumps, say }).finally(() => next.stop(60_000))
  } finally {
    await old.stop(60_000)
    await rm(dumps, { recursive: true, force: true })
  }
  await replaceFolder(newDir, movedCluster(clusterDir))
  await replaceFolder(clusterDir, kept)
  await replaceFolder(movedCluster(clusterDir), clusterDir)
  return kept
}

async function findTools(major: number, given: string | undefined): Promise<string> {
  const usual = [
    `/usr/lib/postgresql/${major}/bin`,
    `/usr/pgsql-${major}/bin`,
    `/opt/homebrew/opt/postgresql@${major}/bin`,
    `/usr/local/opt/postgresql@${major}/bin`,
  ]
  for (const folder of given ? [given] : usual) {
    const version = await run(join(folder, 'pg_dump'), ['--version']).catch(() => null)
    if (version && Number.parseInt(/\d+/.exec(version.stdout)?.[0] ?? '', 10) === major) return folder
  }
  const detail =
    `moving needs postgres, pg_dump and pg_restore of Postgres ${major}, which are not in ${given ?? usual.join(', ')}; ` +
    `install them (Debian: apt-get install postgresql-${major}) or name their folder with --bin`
  throw new OpsError('failed_precondition', detail)
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
