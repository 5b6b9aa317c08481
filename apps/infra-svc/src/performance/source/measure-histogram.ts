import type { HistogramSpec } from '@akashic/config'
import { ofEnough, unmeasured, type Measures, type Span, type Unknown } from '../measures.ts'
import { histogramQuery, readHistogram, type HistogramReading } from './histogram-query.ts'
import type { Prometheus } from './prometheus.ts'

/** What Prometheus knows of the requests of a component. */
export async function measureHistogram(
  prometheus: Prometheus,
  spec: HistogramSpec,
  span: Span,
  signal: AbortSignal,
): Promise<Measures> {
  const windowMs = span.toMs - span.fromMs
  const method = `${spec.type} histogram` as const
  const about = { component: spec.component, source: 'prometheus', method, span } as const
  const { series, problem } = await prometheus.ask(histogramQuery(spec, windowMs), span.toMs, signal)
  if (series === null) return unmeasured(about, problem, null)
  const reading = readHistogram(spec, series, windowMs)
  if (reading.perSecond === null) {
    const name = spec.type === 'classic' ? `${spec.histogram}_count` : spec.histogram
    return unmeasured(
      about,
      `Prometheus has no values of ${name} in this time`,
      'Look at whether Prometheus scrapes the component, and at `histogram` and `matching` of its entry',
    )
  }
  const { kept, unknown } = ofEnough(reading.requests, reading)
  const { requests, perSecond, failedPerSecond, meanMs } = reading
  return {
    ...about,
    ...{ p50Ms: kept.p50Ms, p95Ms: kept.p95Ms, p99Ms: kept.p99Ms },
    ...{ count: requests, perSecond, failedPerSecond, meanMs },
    failedRatio: failedPerSecond === null || perSecond === 0 ? null : failedPerSecond / perSecond,
    atLeast: reading.atLeast.filter((key) => kept[key] !== null),
    unknown: [...unknownTimes(spec, reading, unknown), ...unknownErrors(spec, failedPerSecond)],
  }
}

function unknownTimes(
  { type, histogram }: HistogramSpec,
  { perSecond, p95Ms }: HistogramReading,
  ofTooFew: readonly Unknown[],
): readonly Unknown[] {
  const what = 'response times'
  if (perSecond === 0) return [{ what, reason: 'there were no requests in this time', howToGet: null }]
  if (p95Ms !== null) return ofTooFew
  const isNative = type === 'native'
  return [
    {
      what,
      reason: isNative ? `no buckets of ${histogram}: is it native?` : `no buckets of ${histogram}: is it a summary?`,
      howToGet: isNative
        ? 'Give `type: classic` where the program has buckets with `le`'
        : 'Have the program measure a histogram, or give `type: native` where it is one',
    },
  ]
}

function unknownErrors({ failed }: HistogramSpec, failedPerSecond: number | null): readonly Unknown[] {
  if (failed === undefined)
    return [{ what: 'errors', reason: 'which requests failed is not told', howToGet: 'Give `failed` of its histogram' }]
  return failedPerSecond === null ? [{ what: 'errors', reason: 'Prometheus gives no number', howToGet: null }] : []
}
