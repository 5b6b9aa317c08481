import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { createKeeper } from './keeper.ts'
import type { Keeper, KeeperDeps } from './keeper.ts'
import type { LiveStatus } from './live-status.ts'
import { snapshotSchema } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

/** How often the kept snapshot is brought up to date at most. */
export const keepEveryMs = 5_000
const fileName = 'status-snapshot.json'

export interface KeepDeps extends KeeperDeps {
  readonly live: LiveStatus
}

/** True when an earlier run has left a snapshot in `dataDir`. */
export async function hasKeptSnapshot(dataDir: string): Promise<boolean> {
  return access(join(dataDir, fileName)).then(
    () => true,
    () => false,
  )
}

export function createSnapshotKeeper(deps: KeepDeps): Keeper<Snapshot> {
  return createKeeper<Snapshot>(deps, {
    name: 'status snapshot',
    fileName,
    cacheKey: 'gateway:status-snapshot',
    schema: snapshotSchema,
    current: () => deps.live.snapshot(),
    newness: ({ asOfMs }) => asOfMs,
  })
}
