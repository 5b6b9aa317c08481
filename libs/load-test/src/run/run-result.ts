import type { Series } from '../metric/series.ts'
import type { LoadTest, Threshold } from '../scenario/load-test.ts'
import type { Outcome } from '../threshold/judge-threshold.ts'
import type { OwnDelay } from './own-delay.ts'

/** One second of a test. Latencies in ms. */
export interface Moment {
  /** ms from the start to the end of this second. */
  readonly atMs: number
  readonly vus: number
  readonly requests: number
  readonly failed: number
  readonly iterations: number
  readonly dropped: number
  readonly medianMs: number | null
  readonly p95Ms: number | null
}

export interface Progress {
  readonly elapsedMs: number
  /** When it ends at the latest, ms from the start. */
  readonly latestEndMs: number
  readonly moment: Moment
  readonly totals: {
    readonly requests: number
    readonly failed: number
    readonly iterations: number
    readonly dropped: number
  }
}

export interface JudgedThreshold {
  readonly threshold: Threshold
  readonly outcome: Outcome
  readonly value: number | null
}

/** Why a test ended before its time. */
export type EndedEarly = 'aborted' | 'threshold' | 'max_requests' | 'max_duration' | 'thread_lost'

export interface RunResult {
  readonly test: LoadTest
  readonly runId: string
  /** ms since 1970. */
  readonly startedAtMs: number
  readonly elapsedMs: number
  readonly endedEarly: EndedEarly | null
  /** All series, by their names with tags. */
  readonly series: ReadonlyMap<string, Series>
  readonly thresholds: readonly JudgedThreshold[]
  readonly moments: readonly Moment[]
  readonly workers: number
  /** Of the thread that was latest. */
  readonly ownDelay: OwnDelay
}
