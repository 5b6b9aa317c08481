import { execFile } from 'node:child_process'
import { chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { OpsError } from '../../errors/index.ts'
import { randomToken } from '../../ids/index.ts'
import type { ServerAccount } from './server-account.ts'
import type { ServerBinaries } from './server-binaries.ts'

const run = promisify(execFile)

/** Environment of the server: nothing of ours, so that no secret gets into it. */
export const serverEnvironment = { LC_ALL: 'C', PATH: '/usr/bin:/bin' }

/** The superuser's password, kept in the data folder for its owner alone; made before the first cluster.
 *  @throws OpsError failed_precondition when there is a cluster but no password. */
export async function passwordOf(dataDir: string, hasCluster: boolean): Promise<string> {
  const file = join(dataDir, 'postgres.password')
  const kept = await readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => '',
  )
  if (kept) return kept
  if (hasCluster)
    throw new OpsError('failed_precondition', `the password of the embedded Postgres is gone from ${file}`)
  const password = randomToken()
  try {
    await writeFile(file, `${password}\n`, { mode: 0o600 })
  } catch (error) {
    await rm(file, { force: true }).catch(() => undefined)
    throw new OpsError('failed_precondition', `${file} cannot be written: ${reasonOf(error)}`, { cause: error })
  }
  return password
}

/** Makes an empty cluster beside `clusterDir`, removing what interrupted attempts left there.
 *  @returns its folder, whose name is new each time: the initdb of a killed process may still be writing to an earlier one.
 *  @throws OpsError failed_precondition when it cannot be made, as on a full disk. */
export async function createCluster(
  binaries: ServerBinaries,
  account: ServerAccount,
  clusterDir: string,
  password: string,
): Promise<string> {
  await removeUnfinished(clusterDir)
  const dir = `${clusterDir}.new-${randomToken(6)}`
  try {
    await initialise(binaries, account, dir, password)
  } catch (error) {
    await rm(dir, { recursive: true, force: true }).catch(() => undefined)
    throw new OpsError('failed_precondition', `no database can be made in ${dirname(clusterDir)}: ${reasonOf(error)}`, {
      cause: error,
    })
  }
  return dir
}

async function initialise(
  binaries: ServerBinaries,
  account: ServerAccount,
  dir: string,
  password: string,
): Promise<void> {
  const passwordFile = `${dir}.password`
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (account.uid !== undefined) {
    await chown(dir, account.uid, account.gid!)
    await chown(passwordFile, account.uid, account.gid!)
  }
  const options = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8']
  const collation = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  try {
    await run(binaries.initdb, [`--pgdata=${dir}`, `--pwfile=${passwordFile}`, ...options, ...collation], {
      ...account,
      cwd: '/',
      env: serverEnvironment,
      timeout: 120_000,
    })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/** What initdb said last of what is wrong, or the system's own message. */
function reasonOf(error: unknown): string {
  const { stderr = '', message } = error as Error & { stderr?: string }
  const said = stderr.split('\n').filter((line) => /error:|fatal:|panic:/i.test(line))
  return (
    said
      .at(-1)
      ?.replace(/^.*?(error|fatal|panic):\s*/i, '')
      .trim() || message.split('\n')[0]!
  )
}

async function removeUnfinished(clusterDir: string): Promise<void> {
  const parent = dirname(clusterDir)
  const prefix = `${basename(clusterDir)}.new-`
  for (const name of await readdir(parent)) {
    // One that an orphaned initdb still fills is left for the next time.
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)
  }
}
