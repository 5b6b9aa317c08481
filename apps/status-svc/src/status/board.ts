import type { Clock, Timer } from '@akashic/shared/clock'
import type { ComponentDirectory } from '../component/component.ts'
import type { ComponentState } from './advance.ts'
import type { OverallStatus } from './overall-status.ts'
import { samePicture, takePicture, type Picture } from './picture.ts'

/** Where committed states are put. */
export interface BoardFeed {
  put(states: ReadonlyMap<number, ComponentState>): void
}

/** This replica's picture of all components, in memory, for those who watch. */
export interface Board extends BoardFeed {
  /** Replaces everything by what was just read from the database; the first time a picture is taken at once. */
  replace(states: ReadonlyMap<number, ComponentState>): void
  picture(): Picture
  /** Learns since when the overall status has been what it is; of no effect when it is another by now. */
  learnSince(overall: OverallStatus, sinceMs: number): void
  /** Calls `listener` after each new picture; returns how to stop. */
  onPicture(listener: () => void): () => void
  stop(): void
}

/** A new picture is taken when its content changes, at most this often. */
export const shortestBetweenPicturesMs = 1_000

/** A board that takes a new picture only when its content changed, and at most once a second. */
export function createBoard(deps: { readonly clock: Clock; readonly components: ComponentDirectory }): Board {
  const { clock, components } = deps
  const states = new Map<number, ComponentState>()
  const listeners = new Set<() => void>()
  let picture = takePicture([], states, clock.now(), undefined, null)
  let known: { overall: OverallStatus; sinceMs: number } | undefined
  let pending: Timer | undefined
  let isLoaded = false
  /** Numbers whose states changed since the last picture; null when the components themselves did. */
  let touched: Set<number> | null = null
  const stopFollowing = components.onChange(() => {
    touched = null
    changed()
  })

  /** Writes and readings may arrive out of order. */
  function take(num: number, state: ComponentState): void {
    if (state.revision <= (states.get(num)?.revision ?? -1)) return
    states.set(num, state)
    touched?.add(num)
  }

  function changed(): void {
    pending ??= clock.after(Math.max(0, picture.generatedAtMs + shortestBetweenPicturesMs - clock.now()), retake)
  }

  function retake(): void {
    pending?.cancel()
    pending = undefined
    const taken = takePicture(components.shown(), states, clock.now(), picture, touched)
    touched = new Set()
    const next = taken.overall === known?.overall ? { ...taken, overallSinceMs: known.sinceMs } : taken
    known = undefined
    if (samePicture(next, picture)) return
    picture = next
    for (const listener of listeners) listener()
  }

  return {
    put: (committed) => {
      for (const [num, state] of committed) take(num, state)
      changed()
    },
    replace: (read) => {
      for (const num of states.keys()) if (!read.has(num) && states.delete(num)) touched?.add(num)
      for (const [num, state] of read) take(num, state)
      // Who watches from the start must not be told for a moment that there is nothing.
      if (isLoaded) return changed()
      isLoaded = true
      retake()
    },
    picture: () => picture,
    learnSince: (overall, sinceMs) => {
      known = { overall, sinceMs }
      changed()
    },
    onPicture: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: () => {
      pending?.cancel()
      stopFollowing()
    },
  }
}
