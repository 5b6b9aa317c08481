import type { Clock, Timer } from '@akashic/shared/clock'
import type { ComponentDirectory } from '../component/component.ts'
import type { ComponentState } from './advance.ts'
import type { OverallStatus } from './overall-status.ts'
import { emptyPicture, takePicture, type Picture } from './picture.ts'

/** Where committed states are put. */
export interface BoardFeed {
  put(states: ReadonlyMap<number, ComponentState>): void
}

/** This replica's picture of all components, in memory, for those who watch. */
export interface Board extends BoardFeed {
  /** Takes what was read at the start, and a picture of it at once: who watches from then on must not be told for a
   *  moment that there is nothing. */
  load(states: ReadonlyMap<number, ComponentState>): void
  /** Drops the states that the database has no more. @returns the numbers of those of which it has a newer revision. */
  compare(revisions: ReadonlyMap<number, number>): number[]
  picture(): Picture
  /** Learns since when the overall status has been what it is; of no effect when it is another by now. */
  learnSince(overall: OverallStatus, sinceMs: number): void
  /** Calls `listener` after each new picture; returns how to stop. */
  onPicture(listener: () => void): () => void
  stop(): void
}

/** A change of state is shown at most this often. */
export const shortestBetweenPicturesMs = 1_000
/** What is only measured anew, as nearly every component is in each interval, is shown at most this often. */
export const shortestBetweenMeasurementsMs = 5_000

/** A board that takes a new picture only when its content changed. */
export function createBoard(deps: { readonly clock: Clock; readonly components: ComponentDirectory }): Board {
  const { clock, components } = deps
  const states = new Map<number, ComponentState>()
  const listeners = new Set<() => void>()
  let picture = emptyPicture(clock.now())
  let known: { overall: OverallStatus; sinceMs: number } | undefined
  let pending: { readonly timer: Timer; readonly dueMs: number } | undefined
  let touched: Set<number> | null = null
  let hasTurned = false
  const stopFollowing = components.onChange(() => {
    touched = null
    takeAfter(shortestBetweenPicturesMs)
  })

  /** Writes and readings may arrive out of order. */
  function put(all: ReadonlyMap<number, ComponentState>): void {
    let isNews = false
    for (const [num, state] of all) {
      const before = states.get(num)
      if (before && state.revision <= before.revision) continue
      states.set(num, state)
      note(num, !before || isTurn(before, state))
      isNews = true
    }
    if (isNews) takeAfter(hasTurned ? shortestBetweenPicturesMs : shortestBetweenMeasurementsMs)
  }

  function note(num: number, isTurned: boolean): void {
    touched?.add(num)
    hasTurned ||= isTurned
  }

  function takeAfter(restMs: number): void {
    const nowMs = clock.now()
    // A clock that was set back must not stop the board.
    const delayMs = Math.min(restMs, Math.max(0, picture.generatedAtMs + restMs - nowMs))
    if (pending && pending.dueMs <= nowMs + delayMs) return
    pending?.timer.cancel()
    pending = { timer: clock.after(delayMs, take), dueMs: nowMs + delayMs }
  }

  function take(): void {
    pending?.timer.cancel()
    pending = undefined
    const taken = withSince(takePicture(components.shown(), states, clock.now(), picture, { touched, hasTurned }))
    touched = new Set()
    hasTurned = false
    if (taken === picture) return
    picture = taken
    for (const listener of listeners) listener()
  }

  function withSince(taken: Picture): Picture {
    const isNews = taken.overall === known?.overall && taken.overallSinceMs !== known.sinceMs
    const next = isNews ? { ...taken, overallSinceMs: known!.sinceMs, generatedAtMs: clock.now() } : taken
    known = undefined
    return next
  }

  return {
    put,
    load: (read) => {
      put(read)
      take()
    },
    compare: (revisions) => {
      for (const num of states.keys()) if (!revisions.has(num) && states.delete(num)) note(num, true)
      if (hasTurned) takeAfter(shortestBetweenPicturesMs)
      return [...revisions.keys()].filter((num) => revisions.get(num)! > (states.get(num)?.revision ?? -1))
    },
    picture: () => picture,
    learnSince: (overall, sinceMs) => {
      known = { overall, sinceMs }
      takeAfter(shortestBetweenPicturesMs)
    },
    onPicture: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: () => {
      pending?.timer.cancel()
      stopFollowing()
    },
  }
}

/** True when more changed than what a check measures each time. */
function isTurn(before: ComponentState, after: ComponentState): boolean {
  return (
    before.status !== after.status ||
    before.sinceMs !== after.sinceMs ||
    before.flappingSinceMs !== after.flappingSinceMs ||
    before.failure?.code !== after.failure?.code ||
    before.failure?.sentence !== after.failure?.sentence
  )
}
