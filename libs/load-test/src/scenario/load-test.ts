import type { Expression } from '../threshold/threshold.ts'
import type { MetricType, Selection, Tags } from '../metric/metric.ts'

/** A load test as it is run: every default filled in, durations in ms. */
export interface LoadTest {
  readonly name: string
  /** Origin that relative addresses belong to. */
  readonly baseUrl: string
  readonly tags: Tags
  /** Metrics of the file's own, by name. */
  readonly metrics: Readonly<Record<string, MetricType>>
  readonly data: Readonly<Record<string, DataSet>>
  readonly scenarios: readonly Scenario[]
  readonly thresholds: readonly Threshold[]
  readonly limits: Limits
}

export interface Limits {
  /** Requests of all scenarios together; the test is aborted beyond. */
  readonly maxRequests: number
  readonly maxDurationMs: number
}

/** Rows that steps read by `{{ data.NAME.COLUMN }}`; each iteration has one. */
export interface DataSet {
  readonly rows: readonly Readonly<Record<string, string>>[]
  readonly order: 'in_turn' | 'random'
}

export interface Scenario {
  readonly name: string
  readonly executor: Executor
  /** From the start of the test. */
  readonly startTimeMs: number
  /** How long iterations may go on once the scenario is over. */
  readonly gracefulStopMs: number
  readonly tags: Tags
  readonly steps: readonly Step[]
}

export interface Stage {
  readonly durationMs: number
  /** At the end of the stage: virtual users, or iterations in a `timeUnit`. */
  readonly target: number
}

/** Closed executors keep a number of virtual users busy; open ones start iterations at their times, whoever is busy. */
export type Executor = ClosedExecutor | OpenExecutor

export type ClosedExecutor =
  | { readonly kind: 'constant-vus'; readonly vus: number; readonly durationMs: number }
  | { readonly kind: 'ramping-vus'; readonly startVus: number; readonly stages: readonly Stage[] }
  | {
      readonly kind: 'per-vu-iterations'
      readonly vus: number
      readonly iterations: number
      readonly maxDurationMs: number
    }
  | {
      readonly kind: 'shared-iterations'
      readonly vus: number
      readonly iterations: number
      readonly maxDurationMs: number
    }

export type OpenExecutor =
  | ({ readonly kind: 'constant-arrival-rate'; readonly rate: number; readonly durationMs: number } & Arrivals)
  | ({
      readonly kind: 'ramping-arrival-rate'
      readonly startRate: number
      readonly stages: readonly Stage[]
    } & Arrivals)

interface Arrivals {
  /** The time to which the rates refer. */
  readonly timeUnitMs: number
  /** Most iterations under way; what would be one more is dropped, and counted. */
  readonly maxVus: number
}

export type Step = RequestStep | ThinkStep

export interface ThinkStep {
  readonly kind: 'think'
  readonly minMs: number
  readonly maxMs: number
}

export interface RequestStep {
  readonly kind: 'request'
  /** Told apart by it in the results. */
  readonly name: string
  readonly method: string
  /** Absolute, or below `baseUrl`. May hold `{{ }}`. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** May hold `{{ }}`. */
  readonly body: string | null
  /** Whether the body is JSON, in whose texts values are escaped. */
  readonly isJson: boolean
  readonly timeoutMs: number
  readonly tags: Tags
  /** Statuses that are no failure; without them all below 400. */
  readonly expectedStatus: readonly number[] | null
  readonly checks: readonly Check[]
  readonly extract: Readonly<Record<string, Extraction>>
  /** Metrics to which an answer adds that passes every check. */
  readonly count: Readonly<Record<string, number>>
}

/** All of what is given must hold of an answer. */
export interface Check {
  readonly name: string
  readonly status: readonly number[] | null
  readonly bodyIncludes: string | null
  /** A JSON pointer that must lead somewhere, and to this text where one is given. */
  readonly json: { readonly pointer: string; readonly equals: string | null } | null
  readonly maxDurationMs: number | null
}

export type Extraction =
  { readonly kind: 'json'; readonly pointer: string } | { readonly kind: 'header'; readonly name: string }

export interface Threshold {
  readonly selection: Selection
  readonly type: MetricType
  readonly expression: Expression
  readonly abortOnFail: boolean
  /** How long after the start it is first judged for `abortOnFail`. */
  readonly delayAbortMs: number
}
