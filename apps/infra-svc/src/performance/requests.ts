import type { Measures, Source } from './measures.ts'
import type { QueryReading } from './source/measure-query.ts'

/** How many requests there are a second, and who says so. */
export interface RequestRate {
  readonly perSecond: number
  readonly source: string
}

/** The share of requests that fail, by a query of the configuration. */
export interface QueriedFailures {
  readonly query: string
  readonly ratio: number
  /** Requests a second, of which it is a share. */
  readonly perSecond: number
}

/** What users had counts more than our own checks, and these more than a load test. */
const order: readonly Source[] = ['prometheus', 'checks', 'load-test']

/** What was measured of a component's use, a load test being none: what says most first. */
export const ofUse = (measured: readonly Measures[]): readonly Measures[] =>
  measured
    .filter(({ source }) => source !== 'load-test')
    .toSorted((a, b) => order.indexOf(a.source) - order.indexOf(b.source))

/** Of histograms before queries; null where neither says it. */
export function rateOf(measured: readonly Measures[], queries: readonly QueryReading[]): RequestRate | null {
  const found = ofUse(measured).find(({ perSecond }) => perSecond !== null)
  if (found) return { perSecond: found.perSecond!, source: found.source }
  const query = queries.find(({ measures, value }) => measures === 'throughput' && value !== null)
  return query ? { perSecond: query.value!, source: `query ${query.name}` } : null
}

/** What queries of errors make of the rate, the most first; and those of which no share can be told, as the rate is not known
 *  or is none.
 *  @param queries of one component. */
export function queriedFailures(
  queries: readonly QueryReading[],
  rate: RequestRate | null,
): { readonly shares: readonly QueriedFailures[]; readonly withoutRate: readonly QueryReading[] } {
  const ofErrors = queries.filter(({ measures, value }) => measures === 'errors' && value !== null)
  if (rate === null || rate.perSecond === 0)
    return { shares: [], withoutRate: ofErrors.filter(({ value }) => value! > 0) }
  const { perSecond } = rate
  const shares = ofErrors.map(({ name, value }) => ({ query: name, ratio: Math.min(1, value! / perSecond), perSecond }))
  return { shares: shares.toSorted((a, b) => b.ratio - a.ratio), withoutRate: [] }
}
