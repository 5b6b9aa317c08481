import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import type { WatchedDatabase } from './databases.ts'
import { sampleBetween, type KeptSample } from './store.ts'

interface Deps {
  readonly db: Database
  readonly clock: Pick<Clock, 'now'>
}

/** The newest or the oldest sample between two ages in ms; null where none was kept, or they cannot be read: the rest is told
 *  without. */
export async function keptSample(
  { db, clock }: Deps,
  { spec, engine }: WatchedDatabase,
  { leastMs, mostMs }: { readonly leastMs: number; readonly mostMs: number },
  which: 'newest' | 'oldest',
): Promise<KeptSample | null> {
  const now = clock.now()
  const span = { from: new Date(now - mostMs), until: new Date(now - leastMs) }
  const kept = await sampleBetween(db, spec.name, span, which).catch(() => null)
  return kept?.sample.kind === engine.kind ? kept : null
}
