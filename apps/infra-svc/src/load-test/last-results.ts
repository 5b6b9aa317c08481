import type { Database } from '@akashic/shared/postgres'
import type { KnownComponent } from '../component/known-components.ts'
import { lastFigures, type LoadTestFigures } from './store.ts'

/** The newest result of a load test of a component's address, and the one before of the same test. */
export interface LastResults {
  readonly last: LoadTestFigures
  readonly earlier: LoadTestFigures | null
}

/** By the id of the component; of those that were never loaded, nothing. */
export async function lastResults(
  db: Database,
  components: readonly KnownComponent[],
): Promise<ReadonlyMap<string, LastResults>> {
  const origins = new Map(
    components.flatMap(({ id, targets }) => (targets?.url === undefined ? [] : [[id, new URL(targets.url).origin]])),
  )
  if (origins.size === 0) return new Map()
  const byTarget = Map.groupBy(await lastFigures(db, [...new Set(origins.values())]), ({ target }) => target)
  return new Map(
    [...origins].flatMap(([id, origin]) => {
      const [last, earlier = null] = byTarget.get(origin) ?? []
      return last ? [[id, { last, earlier }] as const] : []
    }),
  )
}
