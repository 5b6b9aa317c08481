import type { Moment } from '../run/run-result.ts'
import { htmlReport } from './html-report.ts'
import type { LoadTestSummary } from './summary.ts'

const moment = (atMs: number, requests: number): Moment => ({
  ...{ atMs, requests, vus: 1, failed: 0, iterations: requests, dropped: 0, medianMs: 1, p95Ms: 2 },
})

const summary: LoadTestSummary = {
  ...{ name: 'Shop', runId: '1', target: 'http://127.0.0.1', startedAt: '2026-11-20T12:00:00Z', elapsedMs: 3_000 },
  ...{ verdict: 'passed', endedEarly: null, thresholds: [], latency: null, requests: 150, requestsPerSecond: 50 },
  ...{ failed: 0, iterations: 150, interrupted: 0, dropped: 0, byRequest: [], checks: [], counters: {}, moments: [] },
  ...{ workers: 1, ownDelay: { p99Ms: 0, maxMs: 0 }, isOverloaded: false },
}

/** How many points the line of requests has, and what its axis reaches to. */
function drawn(moments: readonly Moment[]) {
  const [, chart] = /Requests a second<\/h2>(.*?)<\/section>/s.exec(htmlReport({ ...summary, moments })) ?? []
  if (chart === undefined) return null
  const [line] = /<path d="[^"]*"/.exec(chart)!
  const values = [...chart.matchAll(/text-anchor="end">([\d.]+)/g)].map(([, text]) => Number(text))
  return { points: line.match(/[ML]/g)!.length, highest: Math.max(...values) }
}

const seconds = [moment(1_000, 50), moment(2_000, 50), moment(3_000, 50)]

test('the rest of a second at the end is not drawn, which would make a peak of a few requests', () => {
  expect(drawn([...seconds, moment(3_020, 5)])).toEqual(drawn(seconds))
})

test('a last second that is nearly whole is drawn', () => {
  expect(drawn([...seconds, moment(3_900, 45)])).toMatchObject({ points: 4 })
})

test('without two whole seconds nothing is drawn', () => {
  expect(drawn([moment(1_000, 50), moment(1_020, 1)])).toBeNull()
  expect(drawn([])).toBeNull()
})
