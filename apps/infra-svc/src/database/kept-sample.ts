import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import type { WatchedDatabase } from './databases.ts'
import { sampleAfter, sampleBefore, type KeptSample } from './store.ts'

interface Deps {
  readonly db: Database
  readonly clock: Pick<Clock, 'now'>
}

/** The newest sample between two ages in ms; null where none was kept, or they cannot be read: the rest is told without. */
export async function keptBefore(
  { db, clock }: Deps,
  { spec, engine }: WatchedDatabase,
  leastMs: number,
  mostMs: number,
): Promise<KeptSample | null> {
  const now = clock.now()
  const kept = await sampleBefore(db, spec.name, new Date(now - leastMs), new Date(now - mostMs)).catch(() => null)
  return kept?.sample.kind === engine.kind ? kept : null
}

/** The oldest sample between two ages in ms; null as above. */
export async function keptSince(
  { db, clock }: Deps,
  { spec, engine }: WatchedDatabase,
  leastMs: number,
  mostMs: number,
): Promise<KeptSample | null> {
  const now = clock.now()
  const kept = await sampleAfter(db, spec.name, new Date(now - mostMs), new Date(now - leastMs)).catch(() => null)
  return kept?.sample.kind === engine.kind ? kept : null
}
