import type { LoadTest } from '../scenario/load-test.ts'
import { builtInMetrics, type Selection } from './metric.ts'
import type { Collected } from './recorder.ts'

const byRequest: Collected['by'] = [['scenario'], ['scenario', 'name']]
const byScenario: Collected['by'] = [['scenario']]

/** By which tags the samples of a metric are told apart in every test. */
const toldApart: Readonly<Record<string, Collected['by']>> = {
  http_reqs: byRequest,
  http_req_duration: byRequest,
  http_req_failed: byRequest,
  checks: [['scenario'], ['scenario', 'check']],
  iterations: byScenario,
  iteration_duration: byScenario,
  interrupted_iterations: byScenario,
  dropped_iterations: byScenario,
}

/** All metrics of a test, with what is collected of each. */
export function collectedOf(test: Pick<LoadTest, 'metrics'>): ReadonlyMap<string, Collected> {
  const builtIn = Object.entries(builtInMetrics).map(([name, { type }]): [string, Collected] => [
    name,
    { type, by: toldApart[name] ?? [] },
  ])
  const own = Object.entries(test.metrics).map(([name, type]): [string, Collected] => [name, { type, by: byScenario }])
  return new Map([...builtIn, ...own])
}

/** What is told while a test runs: for the progress, and for thresholds that abort. */
export function liveSelections(test: Pick<LoadTest, 'thresholds'>): readonly Selection[] {
  const ofRequests = ['http_reqs', 'http_req_duration', 'http_req_failed', 'checks']
  const whole = [...ofRequests, 'iterations', 'interrupted_iterations', 'dropped_iterations']
  const aborting = test.thresholds.filter(({ abortOnFail }) => abortOnFail).map(({ selection }) => selection)
  return [...whole.map((metric) => ({ metric, tags: {} })), ...aborting]
}
