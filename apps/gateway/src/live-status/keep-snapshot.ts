import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cache } from '@akashic/shared/cache'
import type { Logger } from 'pino'
import { writeAtomically } from './atomic-file.ts'
import type { LiveStatus } from './live-status.ts'
import { snapshotSchema } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

/** How often the kept snapshot is brought up to date at most. */
export const keepEveryMs = 5_000
const fileName = 'status-snapshot.json'
const cacheKey = 'gateway:status-snapshot'
const cacheTtlMs = 7 * 86_400_000

export interface SnapshotKeeper {
  /** The newest snapshot that the disk or the shared cache holds; null when neither has a usable one. */
  load(): Promise<Snapshot | null>
  /** Writes the present snapshot to disk and cache, if it is newer than what was written. Never throws. */
  save(): Promise<void>
}

export interface KeepDeps {
  readonly dataDir: string
  readonly cache: Cache
  readonly live: LiveStatus
  readonly log: Logger
}

/** True when an earlier run has left a snapshot in `dataDir`. */
export async function hasKeptSnapshot(dataDir: string): Promise<boolean> {
  return access(join(dataDir, fileName)).then(
    () => true,
    () => false,
  )
}

export function createSnapshotKeeper({ dataDir, cache, live, log }: KeepDeps): SnapshotKeeper {
  const path = join(dataDir, fileName)
  let written: Snapshot | null = null
  let hasFailed = false

  return {
    async load() {
      const onDisk = await readFile(path).catch(() => null)
      const found = [parse(onDisk, log), parse(await cache.get(cacheKey), log)].filter((s) => s !== null)
      return found.sort((a, b) => b.asOfMs - a.asOfMs)[0] ?? null
    },
    async save() {
      const snapshot = live.snapshot()
      if (snapshot === null || snapshot === written) return
      const text = JSON.stringify(snapshot)
      try {
        await writeAtomically(path, text)
        written = snapshot
        hasFailed = false
      } catch (error) {
        if (!hasFailed) log.warn({ err: error, path }, 'the status snapshot cannot be kept on disk')
        hasFailed = true
      }
      await cache.set(cacheKey, text, cacheTtlMs)
    },
  }
}

function parse(text: Buffer | null, log: Logger): Snapshot | null {
  if (text === null) return null
  try {
    return snapshotSchema.parse(JSON.parse(text.toString('utf8')))
  } catch (error) {
    log.warn({ err: error }, 'a kept status snapshot is not readable; waiting for the status service instead')
    return null
  }
}
