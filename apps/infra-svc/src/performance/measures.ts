/** What could not be measured, why, and what would make it measurable. */
export interface Unknown {
  readonly what: string
  readonly reason: string
  readonly howToGet: string | null
}

/** A span of time, ms since 1970. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export const sources = ['prometheus', 'checks', 'load-test'] as const
/** Where a measurement comes from: what users did, our own checks, or a load test. */
export type Source = (typeof sources)[number]

/** How percentiles were got. A mean of percentiles, or one got from means, there is not. */
export type Method = 'classic histogram' | 'native histogram' | 'exact samples' | 'HDR histogram'

export const percentiles = ['p50Ms', 'p95Ms', 'p99Ms'] as const
export type Percentile = (typeof percentiles)[number]

/** What one source says of one component over a span. Null is not measured, and `unknown` says why. */
export interface Measures extends Readonly<Record<Percentile, number | null>> {
  readonly component: string
  readonly source: Source
  readonly method: Method
  readonly span: Span
  /** Requests or runs that were counted. */
  readonly count: number | null
  readonly perSecond: number | null
  /** Share of them that failed, 0 to 1. */
  readonly failedRatio: number | null
  readonly failedPerSecond: number | null
  readonly meanMs: number | null
  /** Percentiles of which only is known that they are no less. */
  readonly atLeast: readonly Percentile[]
  readonly unknown: readonly Unknown[]
}

const fewest: Readonly<Record<Percentile, number>> = { p50Ms: 10, p95Ms: 40, p99Ms: 200 }

/** Percentiles of so few measurements are left out: two at least must lie beyond, or one slow answer would be all of it. */
export function ofEnough(
  count: number | null,
  given: Readonly<Record<Percentile, number | null>>,
): { readonly kept: Readonly<Record<Percentile, number | null>>; readonly unknown: readonly Unknown[] } {
  const left = percentiles.filter((key) => given[key] !== null && (count === null || count < fewest[key]))
  return {
    kept: { ...given, ...Object.fromEntries(left.map((key) => [key, null])) },
    unknown: left.map((key) => ({
      what: key.replace('Ms', ''),
      reason: `of ${count === null ? 'an unknown number of' : Math.floor(count)} measurements; it takes ${fewest[key]}`,
      howToGet: 'Measure more often, or over a longer window',
    })),
  }
}

/** What is said where nothing was measured at all. */
export function unmeasured(
  given: Pick<Measures, 'component' | 'source' | 'method' | 'span'>,
  reason: string,
  howToGet: string | null,
): Measures {
  return {
    ...given,
    ...{ count: null, perSecond: null, failedRatio: null, failedPerSecond: null, meanMs: null },
    ...{ p50Ms: null, p95Ms: null, p99Ms: null, atLeast: [] },
    unknown: [{ what: 'everything', reason, howToGet }],
  }
}
