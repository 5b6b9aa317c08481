import type { LastResults } from '../../load-test/last-results.ts'
import { ofEnough, unmeasured, type Measures } from '../measures.ts'

type Figures = LastResults['last']

/** What the last load test of a component measured, and the one before. Percentiles are those of its own histogram. */
export function measureLoadTests(
  component: string,
  { last, earlier }: LastResults,
): { readonly last: Measures; readonly earlier: Measures | null } {
  return { last: ofTest(component, last), earlier: earlier && ofTest(component, earlier) }
}

function ofTest(component: string, figures: Figures): Measures {
  const { startedAt, elapsedMs, requests, requestsPerSecond, failed, latency, isOverloaded } = figures
  const fromMs = Date.parse(startedAt)
  const about = {
    ...({ component, source: 'load-test', method: 'HDR histogram' } as const),
    span: { fromMs, toMs: fromMs + elapsedMs },
  }
  if (requests === 0) return unmeasured(about, 'the load test sent no request', null)
  const percentiles = {
    p50Ms: latency?.medianMs ?? null,
    p95Ms: latency?.p95Ms ?? null,
    p99Ms: latency?.p99Ms ?? null,
  }
  const { kept, unknown } = ofEnough(latency?.samples ?? 0, percentiles)
  return {
    ...about,
    ...{ p50Ms: kept.p50Ms, p95Ms: kept.p95Ms, p99Ms: kept.p99Ms, meanMs: latency?.averageMs ?? null, atLeast: [] },
    ...{ count: requests, perSecond: requestsPerSecond },
    ...{ failedRatio: failed / requests, failedPerSecond: (failed * 1_000) / elapsedMs },
    unknown: [
      ...unknown,
      ...(isOverloaded
        ? [{ what: 'exact response times', reason: 'the machine that ran the test was too busy', howToGet: null }]
        : []),
    ],
  }
}
