import { setMaxListeners } from 'node:events'
import { isOpen, mostVusOf, spanOf } from '../executor/bounds.ts'
import { pause, type Execution } from '../executor/execution.ts'
import { runClosed } from '../executor/run-closed.ts'
import { runOpen } from '../executor/run-open.ts'
import type { Recorder } from '../metric/recorder.ts'
import type { Scenario } from '../scenario/load-test.ts'
import type { AlarmClock } from './alarm-clock.ts'
import { compileSteps } from './compiled-step.ts'
import type { Connections } from './connections.ts'
import { runIteration, type IterationDeps } from './iteration.ts'
import { UserClient } from './user-client.ts'

export interface ScenarioDeps extends IterationDeps {
  readonly recorder: Recorder
  readonly connections: Connections
  readonly alarm: AlarmClock
  /** Headers of every request, so that what receives them can leave them out. */
  readonly markedBy: Readonly<Record<string, string>>
  readonly worker: number
  readonly workers: number
  /** Start of the test, on `performance.now()`. */
  readonly testStartedAt: number
  /** Nothing more is to begin. */
  readonly stopped: AbortSignal
  readonly vus: (scenario: string, count: number) => void
}

/** Runs this thread's share of a scenario: from its start time, until its last iteration has ended or was cut short. */
export async function runScenario(deps: ScenarioDeps, scenario: Scenario): Promise<void> {
  const { recorder, test, worker, workers, aborted } = deps
  const { executor, startTimeMs, gracefulStopMs } = scenario
  const threads = Math.min(workers, Math.max(1, mostVusOf(executor)))
  if (worker >= threads) return
  const startedAt = deps.testStartedAt + startTimeMs
  await pause(startedAt - performance.now(), aborted)
  if (aborted.aborted) return
  const tags = { ...test.tags, ...scenario.tags, scenario: scenario.name }
  const steps = compileSteps(test, scenario, deps.markedBy, recorder)
  const iterations = recorder.channel('iterations', tags)
  const duration = recorder.channel('iteration_duration', tags)
  const interrupted = recorder.channel('interrupted_iterations', tags)
  const dropped = recorder.channel('dropped_iterations', tags)
  const over = linkedTo(aborted)
  const { signal } = over
  const lastMs = startedAt + spanOf(executor) + gracefulStopMs - performance.now()
  const timer = setTimeout(() => over.abort(), lastMs)
  const clients = new Map<number, UserClient>()
  const clientOf = (vu: number): UserClient => {
    const client = clients.get(vu) ?? new UserClient(deps.connections, signal)
    clients.set(vu, client)
    return client
  }
  const execution: Execution = {
    ...{ worker, workers: threads, startedAt },
    elapsedMs: () => performance.now() - startedAt,
    wakeAt: (at) => deps.alarm.wakeAt(at),
    stopped: linkedTo(signal, deps.stopped).signal,
    run: async (vu, index, intendedAt) => {
      const began = performance.now()
      if (!(await runIteration(deps, steps, { vu, index, intendedAt, signal, client: clientOf(vu) })))
        return interrupted(1)
      iterations(1)
      duration(performance.now() - began)
    },
    dropped: () => dropped(1),
    vus: (count) => deps.vus(scenario.name, count),
  }
  try {
    await (isOpen(executor) ? runOpen(executor, execution) : runClosed(executor, execution))
  } finally {
    clearTimeout(timer)
  }
}

/** Aborts with the first of these signals. It is asked for each request, which `AbortSignal.any` is too slow for. */
function linkedTo(...signals: readonly AbortSignal[]): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  for (const signal of signals) {
    if (signal.aborted) controller.abort()
    signal.addEventListener('abort', () => controller.abort(), { once: true })
  }
  return controller
}
