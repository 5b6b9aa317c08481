import type { HistogramSpec } from '@akashic/config'
import type { PrometheusSeries } from './prometheus.ts'

/** What a histogram of request durations says of a span of time; null where it says nothing of it. */
export interface HistogramReading {
  readonly requests: number | null
  readonly perSecond: number | null
  /** Null too where the configuration does not tell which requests failed. */
  readonly failedPerSecond: number | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly meanMs: number | null
  /** The percentiles that lie above the highest bucket: all that is known is that they are no less. */
  readonly atLeast: readonly ('p50Ms' | 'p95Ms' | 'p99Ms')[]
}

const quantiles = { p50Ms: 0.5, p95Ms: 0.95, p99Ms: 0.99 } as const
const label = 'akashic_value'

/** One expression that gives all of a histogram at once, each value told by a label: percentiles by `histogram_quantile`
 *  over buckets that were added first, so that none is ever the mean of others. */
export function histogramQuery({ histogram, type, matching = '', failed }: HistogramSpec, windowMs: number): string {
  const window = `[${Math.round(windowMs / 1_000)}s]`
  const of = (name: string, ...matchers: readonly string[]): string => {
    const all = matchers.filter((each) => each !== '').join(',')
    return `${name}${all === '' ? '' : `{${all}}`}${window}`
  }
  const isNative = type === 'native'
  const buckets = isNative
    ? `sum(rate(${of(histogram, matching)}))`
    : `sum by (le) (rate(${of(`${histogram}_bucket`, matching)}))`
  const count = (...matchers: readonly string[]): string =>
    isNative
      ? `histogram_count(sum(rate(${of(histogram, ...matchers)})))`
      : `sum(rate(${of(`${histogram}_count`, ...matchers)}))`
  const sum = isNative
    ? `histogram_sum(sum(rate(${of(histogram, matching)})))`
    : `sum(rate(${of(`${histogram}_sum`, matching)}))`
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(quantiles).map(([key, q]) => [key, `histogram_quantile(${q}, ${buckets})`])),
    highest: `histogram_quantile(1, ${buckets})`,
    perSecond: count(matching),
    sum,
    // Where nothing failed there is no such series: that is none, as long as there are requests.
    ...(failed !== undefined && { failedPerSecond: `(${count(matching, failed)} or 0 * ${count(matching)})` }),
  }
  return Object.entries(values)
    .map(([key, expression]) => `label_replace(${expression}, "${label}", "${key}", "", "")`)
    .join(' or ')
}

/** Reads what that expression gave. */
export function readHistogram(
  { type, unit }: Pick<HistogramSpec, 'type' | 'unit'>,
  series: readonly PrometheusSeries[],
  windowMs: number,
): HistogramReading {
  const values = new Map(series.map(({ labels, value }) => [labels[label], value]))
  const finite = (key: string): number | null => {
    const value = values.get(key)
    return value !== undefined && Number.isFinite(value) ? value : null
  }
  const toMs = unit === 'seconds' ? 1_000 : 1
  const inMs = (key: string): number | null => {
    const value = finite(key)
    return value === null ? null : value * toMs
  }
  const perSecond = finite('perSecond')
  const highest = inMs('highest')
  const [p50Ms, p95Ms, p99Ms] = [inMs('p50Ms'), inMs('p95Ms'), inMs('p99Ms')]
  const sum = inMs('sum')
  const percentiles = { p50Ms, p95Ms, p99Ms }
  // Above its highest bound Prometheus gives that bound, and the highest quantile is the same.
  const isAbove = (key: keyof typeof percentiles): boolean =>
    type === 'classic' && percentiles[key] !== null && highest !== null && percentiles[key] >= highest
  return {
    ...{ requests: perSecond === null ? null : (perSecond * windowMs) / 1_000, perSecond, ...percentiles },
    failedPerSecond: finite('failedPerSecond'),
    meanMs: sum === null || perSecond === null || perSecond === 0 ? null : sum / perSecond,
    atLeast: (Object.keys(percentiles) as (keyof typeof percentiles)[]).filter(isAbove),
  }
}
