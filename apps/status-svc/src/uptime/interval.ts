import type { ComponentStatus } from '../status/component-status.ts'

/** A stretch of time in one status, `toMs` excluded. */
export interface Interval {
  readonly fromMs: number
  readonly toMs: number
  readonly status: ComponentStatus
}

/** The parts of `intervals` that lie within `fromMs` to `toMs`. */
export function clip<T extends Interval>(intervals: readonly T[], fromMs: number, toMs: number): T[] {
  return intervals.flatMap((interval) => {
    const clipped = { ...interval, fromMs: Math.max(interval.fromMs, fromMs), toMs: Math.min(interval.toMs, toMs) }
    return clipped.fromMs < clipped.toMs ? [clipped] : []
  })
}

/** `under` where `over` does not cover it, and `over` cut out of it by `cover`, in order of time. */
export function overlay<T extends Interval, O extends { readonly fromMs: number; readonly toMs: number }>(
  under: readonly T[],
  over: O,
  cover: (piece: T, over: O) => T,
): T[] {
  return under.flatMap((interval) => {
    const fromMs = Math.max(interval.fromMs, over.fromMs)
    const toMs = Math.min(interval.toMs, over.toMs)
    if (fromMs >= toMs) return [interval]
    return [
      { ...interval, toMs: fromMs },
      cover({ ...interval, fromMs, toMs }, over),
      { ...interval, fromMs: toMs },
    ].filter((piece) => piece.fromMs < piece.toMs)
  })
}
