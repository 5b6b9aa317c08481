import type { Clock } from '@akashic/shared/clock'
import { withoutComponents } from '../told/publishable.ts'
import { nothingTold } from '../told/told.ts'
import type { Told } from '../told/told.ts'
import type { Snapshot } from './snapshot.ts'

/** The picture is no longer called live once nobody vouched for it for this long. */
export const staleAfterMs = 10_000

/** What is known of the status now, and how fresh it is. */
export interface LiveStatus {
  /** Null until the status service, the cache or the disk gave one. */
  snapshot(): Snapshot | null
  /** What the public is told in words, as last read, without components that are internal now. The same object until it
   *  changes. */
  told(): Told
  /** How long ago the status service last made sure of the snapshot; null without one. */
  ageMs(): number | null
  isStale(): boolean
  /** Takes a newer snapshot. */
  accept(snapshot: Snapshot): void
  acceptTold(told: Told): void
  /** Tells the listeners when the snapshot has just become stale. Called by a timer. */
  tick(): void
  /** Calls `listener` after each change of content, of words and of staleness; returns how to stop. */
  onChange(listener: () => void): () => void
}

export function createLiveStatus(clock: Clock): LiveStatus {
  const listeners = new Set<() => void>()
  const words = createWords()
  let snapshot: Snapshot | null = null
  let wasStale = true

  const ageMs = (): number | null => (snapshot === null ? null : Math.max(0, clock.now() - snapshot.asOfMs))
  // A time ahead of ours is of a clock that was wrong: it vouches for nothing.
  const isStale = (): boolean => snapshot === null || Math.abs(clock.now() - snapshot.asOfMs) > staleAfterMs
  const tell = (): void => {
    wasStale = isStale()
    for (const listener of listeners) listener()
  }

  return {
    snapshot: () => snapshot,
    told: () => words.told(),
    ageMs,
    isStale,
    accept(next) {
      const isNews = snapshot?.components !== next.components || snapshot.generatedAtMs !== next.generatedAtMs
      snapshot = next
      words.hide(next.components)
      if (isNews || wasStale !== isStale()) tell()
    },
    acceptTold(told) {
      words.accept(told)
      tell()
    },
    tick() {
      if (wasStale !== isStale()) tell()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The words as last read, and the components that they must not name. */
function createWords() {
  let read = nothingTold
  let shown = nothingTold
  let hidden: readonly string[] = []
  const show = (): void => {
    shown = withoutComponents(read, new Set(hidden))
  }
  return {
    told: () => shown,
    accept(told: Told): void {
      read = told
      show()
    },
    hide(components: Snapshot['components']): void {
      const internal = components.filter(({ visibility }) => visibility === 'internal').map(({ id }) => id)
      if (internal.length === hidden.length && internal.every((id, index) => id === hidden[index])) return
      hidden = internal
      show()
    },
  }
}
