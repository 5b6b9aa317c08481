import type { Gathered } from '../gather.ts'
import type { Measures } from '../measures.ts'
import { summaryOf } from '../component-summary.ts'
import type { QueryReading } from '../source/measure-query.ts'
import { aQuery, hourMs, noon, someMeasures } from '../testing/builders.ts'
import { judgeComponent } from './judge-component.ts'

const window = { fromMs: noon - hourMs, toMs: noon }
const checks = { source: 'checks', method: 'exact samples', perSecond: null, count: 60 } as const

/** What is said of a component that nothing runs, and of which this was measured. */
function judge(measured: readonly Partial<Measures>[], queries: readonly QueryReading[] = []) {
  const compared = <Figures>(now: Figures) => ({ now, comparisons: [] })
  const gathered: Gathered = {
    ...{ window, workloads: new Map(), outOfMemory: [], statements: new Map(), databasesOf: new Map() },
    spans: new Map([['shop', { window, lastWeek: window, deploy: null, noDeploy: 'none' }]]),
    measured: measured.map((each) => compared(someMeasures(each))),
    queries: queries.map(compared),
  }
  const judged = judgeComponent('shop', gathered, { responseP95: 2_000, errorRatio: 0.05 }, null)
  return { ...judged, summary: summaryOf(judged, gathered.queries, false) }
}

test('a component that its users and our checks find well is healthy', () => {
  expect(judge([{}, checks]).summary.status).toBe('healthy')
})

test('a component is as bad as the errors that its summary shows', () => {
  const queries = [aQuery('rate', 'throughput', 10), aQuery('failed', 'errors', 6)]
  expect(judge([checks], queries).summary).toMatchObject({
    ...{ status: 'critical', errors: { ratio: 0.6, source: 'query failed' } },
  })
})

test('a component of whose few checks most failed is not healthy', () => {
  const { summary, unknown } = judge([{ ...checks, count: 15, failedRatio: 0.6 }])
  expect(summary).toMatchObject({ status: 'unknown', errors: { ratio: 0.6 } })
  expect(unknown.map(({ reason }) => reason)).toContain('it is a share of 15; it takes 20')
})

test.each([
  ['no buckets', { p50Ms: null, p99Ms: null }, { what: 'response times', reason: 'no buckets', howToGet: null }],
  ['too few requests', { count: 12 }, { what: 'p95', reason: 'of 12 measurements', howToGet: null }],
])('a histogram with %s leaves it unknown, whatever our checks say', (_, partial, unknown) => {
  const judged = judge([{ ...partial, p95Ms: null, unknown: [unknown] }, checks])
  expect(judged.summary).toMatchObject({ status: 'unknown', duration: { source: 'checks' } })
  expect(judged.unknown[0]).toEqual({ ...unknown, what: `${unknown.what} by Prometheus` })
})

test('a 99th percentile of too few is no word worth, and leaves it healthy', () => {
  const p99 = { what: 'p99', reason: 'of 50 measurements', howToGet: null }
  const judged = judge([{ p99Ms: null, count: 50, unknown: [p99] }, checks])
  expect(judged.summary.status).toBe('healthy')
  expect(judged.unknown.map(({ what }) => what)).not.toContain('p99 by Prometheus')
})
