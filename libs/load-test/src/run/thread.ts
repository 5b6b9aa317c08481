import { guardedLookup } from '@akashic/shared/outbound'
import { setMaxListeners } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { isOpen } from '../executor/bounds.ts'
import { collectedOf, liveSelections } from '../metric/collected.ts'
import { Recorder } from '../metric/recorder.ts'
import { AlarmClock } from './alarm-clock.ts'
import { Connections } from './connections.ts'
import { watchOwnDelay } from './own-delay.ts'
import { runScenario } from './run-scenario.ts'
import { seededRandom } from './seeded-random.ts'
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts'

const intervalMs = 1_000

/** One thread of a load test: runs its share, tells of it each second, and at the end of all. */
async function main(): Promise<void> {
  const port = parentPort!
  const { test, worker, workers, allowHosts, origins, markedBy, requests, seed } = workerData as ThreadData
  const tell = (message: FromThread): void => port.postMessage(message)
  const recorder = new Recorder(
    collectedOf(test),
    test.thresholds.map(({ selection }) => selection),
    liveSelections(test),
  )
  const steps = test.scenarios.flatMap((scenario) => scenario.steps)
  const longestTimeoutMs = Math.max(0, ...steps.map((step) => (step.kind === 'request' ? step.timeoutMs : 0)))
  const rules = { origins: new Set(origins), lookup: guardedLookup({ allowHosts }) }
  const connections = new Connections(rules, longestTimeoutMs)
  const alarm = new AlarmClock()
  if (test.scenarios.some(({ executor }) => isOpen(executor))) await alarm.start()
  const counter = new Int32Array(requests)
  const abort = new AbortController()
  const stop = new AbortController()
  setMaxListeners(0, abort.signal)
  const vus = new Map<string, number>()
  const sum = (): number => [...vus.values()].reduce((all, count) => all + count, 0)
  const started = Promise.withResolvers<number | null>()
  port.on('message', (message: ToThread) => {
    if (message.kind === 'abort') abort.abort()
    started.resolve(message.kind === 'start' ? message.atMs : null)
  })
  tell({ kind: 'ready' })
  const startAtMs = (await started.promise) ?? 0
  const ownDelay = watchOwnDelay()
  const timer = setInterval(() => tell({ kind: 'interval', series: recorder.takeInterval(), vus: sum() }), intervalMs)
  const deps = {
    ...{
      test,
      connections,
      alarm,
      recorder,
      worker,
      workers,
      markedBy,
      random: seededRandom(seed),
      aborted: abort.signal,
      stopped: stop.signal,
    },
    testStartedAt: startAtMs - performance.timeOrigin,
    mayRequest: () => {
      const mayBe = Atomics.add(counter, 0, 1) < test.limits.maxRequests
      if (!mayBe) stop.abort()
      return mayBe
    },
    vus: (scenario: string, count: number) => void vus.set(scenario, count),
  }
  await Promise.all(test.scenarios.map((scenario) => runScenario(deps, scenario)))
  clearInterval(timer)
  const delay = ownDelay()
  tell({ kind: 'interval', series: recorder.takeInterval(), vus: 0 })
  tell({ kind: 'done', series: recorder.encode(), ownDelay: delay })
  await Promise.all([connections.close(), alarm.stop()])
  port.close()
}

await main()
