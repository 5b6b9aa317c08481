import { collectedOf, liveSelections } from '../metric/collected.ts'
import { Recorder } from '../metric/recorder.ts'
import { readLoadTest } from '../scenario/read-load-test.ts'
import { summarize } from '../report/summary.ts'
import { RunSoFar } from './run-so-far.ts'

const aTest = () =>
  readLoadTest({
    ...{ file: 'load.yaml', env: {} },
    text: `baseUrl: http://127.0.0.1:1
scenarios: { a: { executor: constant-vus, vus: 2, duration: 1m, steps: [{ request: { url: / } }] } }
thresholds: { http_reqs: ['count<=300'], 'http_req_failed{name:GET /}': ['rate<0.5'] }`,
  })
const control = { start: () => undefined, end: () => undefined }

/** Two threads, each of which was answered 100 times in a second and told of it, and 50 times since. */
async function twoThreads() {
  const test = await aTest()
  const run = new RunSoFar(test, { now: () => 1_000, runId: 'run-1' }, 2)
  const threads = [0, 1].map((worker) => {
    const recorder = new Recorder(
      collectedOf(test),
      test.thresholds.map(({ selection }) => selection),
      liveSelections(test),
    )
    const requests = recorder.channel('http_reqs', { scenario: 'a', name: 'GET /' })
    const failed = recorder.channel('http_req_failed', { scenario: 'a', name: 'GET /' })
    const answered = (count: number): void => {
      for (let one = 0; one < count; one++) {
        requests(1)
        failed(0)
      }
    }
    const interval = (): void =>
      run.take(worker, { kind: 'interval', series: recorder.takeInterval(), vus: 1 }, control)
    const done = (): void => {
      interval()
      run.take(worker, { kind: 'done', series: recorder.encode(), ownDelay: { p99Ms: 0, maxMs: 0 } }, control)
    }
    answered(100)
    interval()
    answered(50)
    return { done }
  })
  return { run, threads }
}

test('threads that have all ended count with everything they did', async () => {
  const { run, threads } = await twoThreads()
  for (const { done } of threads) done()
  const { requests, endedEarly, thresholds } = summarize(run.result())
  expect({ requests, endedEarly }).toEqual({ requests: 300, endedEarly: null })
  expect(thresholds.map(({ outcome }) => outcome)).toEqual(['passed', 'passed'])
})

test('where a thread did not end, nothing of the others is counted twice', async () => {
  const { run, threads } = await twoThreads()
  threads[0]!.done()
  run.end('aborted')
  const { requests, endedEarly, thresholds } = summarize(run.result())
  expect({ requests, endedEarly }).toEqual({ requests: 250, endedEarly: 'aborted' })
  expect(thresholds.map(({ outcome, value }) => [outcome, value])).toEqual([
    ['passed', 250],
    ['unknown', null],
  ])
})
