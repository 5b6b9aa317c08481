import { createKeeper } from '../live-status/keeper.ts'
import type { Keeper, KeeperDeps } from '../live-status/keeper.ts'
import type { LiveStatus } from '../live-status/live-status.ts'
import { toldSchema } from './kept-told.ts'
import type { Told } from './told.ts'

/** Keeps what the public is told beside the snapshot; it is larger, and changes far less often. */
export function createToldKeeper(deps: KeeperDeps & { readonly live: LiveStatus }): Keeper<Told> {
  return createKeeper<Told>(deps, {
    name: 'copy of what the public is told',
    fileName: 'status-told.json',
    cacheKey: 'gateway:status-told',
    schema: toldSchema,
    current: () => (deps.live.told().version === 0 ? null : deps.live.told()),
    newness: ({ version }) => version,
  })
}
