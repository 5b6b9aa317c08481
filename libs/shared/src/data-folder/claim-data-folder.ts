import { mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { OpsError } from '../errors/index.ts'

export interface DataFolder {
  /** The folder's real path. */
  readonly dir: string
  /** Lets another process have it. The kernel does this by itself when the process dies. */
  release(): void
}

/** Makes the folder where needed and takes it for this process alone. Nobody but its owner may list it; as root, others
 *  may pass through it, since the embedded Postgres runs as another user.
 *  @throws OpsError failed_precondition when it cannot be written, or when another process has it. */
export async function claimDataFolder(path: string): Promise<DataFolder> {
  const dir = await makeWritable(path)
  // SQLite for its file lock: Node has no flock, and a lock held by the kernel never goes stale.
  const lock = new DatabaseSync(join(dir, 'lock'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    const owner = await readFile(join(dir, 'lock.pid'), 'utf8').catch(() => 'unknown')
    const detail = `the data folder ${dir} is in use by another process (pid ${owner.trim()})`
    throw new OpsError('failed_precondition', detail, { cause })
  }
  await writeFile(join(dir, 'lock.pid'), `${process.pid}\n`)
  return { dir, release: () => lock.close() }
}

async function makeWritable(path: string): Promise<string> {
  try {
    await makeFolder(path)
    const dir = await realpath(path)
    const probe = join(dir, '.writable')
    await writeFile(probe, '')
    await rm(probe)
    return dir
  } catch (cause) {
    const detail = `the data folder ${path} cannot be written (${reasonOf(cause)}); set AKASHIC_DATA_DIR to one that can`
    throw new OpsError('failed_precondition', detail, { cause })
  }
}

/** Makes the folder and what is missing above it. Not by `recursive`: that runs for ever where the file system lets
 *  nobody make a folder and says ENOENT, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700
  try {
    await mkdir(path, { mode })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const found = await stat(path).catch(() => null)
    if (found?.isDirectory()) return
    const parent = dirname(path)
    if (code !== 'ENOENT' || parent === path || (await stat(parent).catch(() => null))) throw error
    await makeFolder(parent)
    await mkdir(path, { mode })
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  const reasons: Record<string, string> = {
    EROFS: 'the file system is read-only',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOSPC: 'the disk is full',
    ENOTDIR: 'a part of its path is a file',
    EEXIST: 'it is a file',
    ENOENT: 'no folder can be made there',
  }
  return (code && reasons[code]) ?? code ?? String(error)
}
