import type { ComponentStatus } from '../status/component-status.ts'
import type { ExplainedInterval } from '../status/ledger.ts'
import { overlay } from './interval.ts'

/** What somebody found to be the truth of a stretch of time. */
export interface Correction {
  readonly id: string
  /** Order of making: of two that overlap, the later one holds. */
  readonly seq: number
  readonly num: number
  readonly fromMs: number
  readonly toMs: number
  readonly status: ComponentStatus
  readonly reason: string
  readonly authorId: string
  readonly authorName: string
  readonly createdAtMs: number
}

/** An interval as it counts: recorded, or corrected. */
export interface EffectiveInterval {
  readonly fromMs: number
  readonly toMs: number
  readonly status: ComponentStatus
  readonly isFlapping: boolean
  readonly error: string | null
  readonly causedBy: string | null
  /** The correction that made it, and what had been recorded. */
  readonly corrected: { readonly by: Correction; readonly originalStatus: ComponentStatus } | null
}

/** The intervals as they count: `corrections` laid over what was recorded, each open one ending at `nowMs`. */
export function effectiveIntervals(
  recorded: readonly ExplainedInterval[],
  corrections: readonly Correction[],
  nowMs: number,
): EffectiveInterval[] {
  const plain = recorded
    .map((interval): EffectiveInterval => ({
      fromMs: interval.fromMs,
      toMs: interval.toMs ?? nowMs,
      status: interval.status,
      isFlapping: interval.isFlapping,
      error: interval.failure?.sentence ?? null,
      causedBy: interval.causedBy,
      corrected: null,
    }))
    .filter((interval) => interval.fromMs < interval.toMs)
  return corrections.toSorted((a, b) => a.seq - b.seq).reduce((under, over) => overlay(under, over, correct), plain)
}

function correct(piece: EffectiveInterval, by: Correction): EffectiveInterval {
  const originalStatus = piece.corrected?.originalStatus ?? piece.status
  return {
    ...piece,
    status: by.status,
    isFlapping: false,
    error: null,
    causedBy: null,
    corrected: { by, originalStatus },
  }
}
