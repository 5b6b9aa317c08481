import type { OwnDelay } from '../run/own-delay.ts'
import type { RunResult, EndedEarly, Moment } from '../run/run-result.ts'
import type { Series } from '../metric/series.ts'
import { selectionText, type BuiltInMetric } from '../metric/metric.ts'
import type { Outcome } from '../threshold/judge-threshold.ts'

/** Latencies of a trend, ms. */
export interface TrendSummary {
  readonly samples: number
  readonly averageMs: number
  readonly minMs: number
  readonly medianMs: number
  readonly p90Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  readonly maxMs: number
}

export interface RequestSummary {
  readonly scenario: string
  readonly name: string
  readonly requests: number
  readonly failed: number
  readonly latency: TrendSummary | null
}

export interface ThresholdSummary {
  /** As `http_req_duration{scenario:login}`. */
  readonly metric: string
  readonly expression: string
  readonly outcome: Outcome
  /** What was compared; null where nothing was measured. */
  readonly value: number | null
}

export interface CheckSummary {
  readonly scenario: string
  readonly name: string
  readonly passed: number
  readonly failed: number
}

/** passed: it ran to its end and every threshold holds. aborted: somebody or a limit ended it, so that nothing is said.
 *  failed: a threshold does not hold, or could not be judged. */
export type Verdict = 'passed' | 'failed' | 'aborted'

/** The results of a load test, as they are kept, sent and compared. */
export interface LoadTestSummary {
  readonly name: string
  readonly runId: string
  readonly target: string
  readonly startedAt: string
  readonly elapsedMs: number
  readonly verdict: Verdict
  readonly endedEarly: EndedEarly | null
  readonly thresholds: readonly ThresholdSummary[]
  readonly latency: TrendSummary | null
  readonly requests: number
  readonly requestsPerSecond: number
  readonly failed: number
  readonly iterations: number
  /** Iterations that began and were cut short. */
  readonly interrupted: number
  readonly dropped: number
  readonly byRequest: readonly RequestSummary[]
  readonly checks: readonly CheckSummary[]
  /** Metrics of the file's own: sums, and by the second. */
  readonly counters: Readonly<Record<string, { readonly count: number; readonly perSecond: number }>>
  /** Second by second. */
  readonly moments: readonly Moment[]
  readonly workers: number
  /** How late the threads came to their work: by so much may what they measured be too long. */
  readonly ownDelay: OwnDelay
  /** Whether that is too much to trust small differences: this machine was too busy for the load. */
  readonly isOverloaded: boolean
}

export function summarize(result: RunResult): LoadTestSummary {
  const { test, runId, startedAtMs, elapsedMs, endedEarly, series, thresholds, moments, workers, ownDelay } = result
  const valueOf = (key: string): number => series.get(key)?.value ?? 0
  const requests = valueOf('http_reqs')
  const perSecond = (count: number): number => (elapsedMs > 0 ? (count * 1_000) / elapsedMs : 0)
  const counters = Object.keys(test.metrics).map((metric) => {
    const count = valueOf(metric)
    return [metric, { count, perSecond: perSecond(count) }] as const
  })
  const latency = trendOf(series.get('http_req_duration'))
  return {
    ...{ name: test.name, runId, target: test.baseUrl, startedAt: new Date(startedAtMs).toISOString(), elapsedMs },
    ...{ verdict: verdictOf(result), endedEarly },
    thresholds: thresholds.map(({ threshold: { selection, expression }, outcome, value }) => ({
      ...{ metric: selectionText(selection), expression: expression.text, outcome, value },
    })),
    latency,
    ...{ requests, requestsPerSecond: perSecond(requests), failed: valueOf('http_req_failed') },
    ...{ iterations: valueOf('iterations'), interrupted: valueOf('interrupted_iterations') },
    dropped: valueOf('dropped_iterations'),
    byRequest: requestsOf(series),
    checks: checksOf(series),
    counters: Object.fromEntries(counters),
    ...{ moments, workers, ownDelay },
    isOverloaded: ownDelay.p99Ms > Math.max(10, 0.1 * (latency?.medianMs ?? 0)),
  }
}

function verdictOf({ endedEarly, thresholds }: RunResult): Verdict {
  if (endedEarly === 'threshold') return 'failed'
  if (endedEarly !== null) return 'aborted'
  return thresholds.every(({ outcome }) => outcome === 'passed') ? 'passed' : 'failed'
}

function trendOf(series: Series | undefined): TrendSummary | null {
  const histogram = series?.histogram
  if (!series || !histogram || series.samples === 0) return null
  return {
    ...{ samples: series.samples, averageMs: histogram.averageMs, minMs: series.minMs, maxMs: series.maxMs },
    ...{ medianMs: histogram.percentileMs(50), p90Ms: histogram.percentileMs(90), p95Ms: histogram.percentileMs(95) },
    ...{ p99Ms: histogram.percentileMs(99), p999Ms: histogram.percentileMs(99.9) },
  }
}

function requestsOf(series: RunResult['series']): readonly RequestSummary[] {
  return [...series.values()].flatMap(({ selection: { metric, tags }, value }) => {
    const { scenario, name, ...more } = tags
    if (metric !== 'http_reqs' || scenario === undefined || name === undefined || Object.keys(more).length > 0)
      return []
    const part = (other: BuiltInMetric) => series.get(selectionText({ metric: other, tags }))
    return [
      {
        scenario,
        name,
        requests: value,
        failed: part('http_req_failed')?.value ?? 0,
        latency: trendOf(part('http_req_duration')),
      },
    ]
  })
}

function checksOf(series: RunResult['series']): readonly CheckSummary[] {
  return [...series.values()].flatMap(({ selection: { metric, tags }, value, samples }) => {
    const { scenario, check, ...more } = tags
    if (metric !== 'checks' || scenario === undefined || check === undefined || Object.keys(more).length > 0) return []
    return [{ scenario, name: check, passed: value, failed: samples - value }]
  })
}
