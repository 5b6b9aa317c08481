import { setMaxListeners } from 'node:events'
import { mostVusOf, spanOf } from '../executor/bounds.ts'
import { pause, type Execution } from '../executor/execution.ts'
import { runClosed } from '../executor/run-closed.ts'
import { runOpen } from '../executor/run-open.ts'
import type { Recorder } from '../metric/recorder.ts'
import type { Scenario } from '../scenario/load-test.ts'
import { compileSteps } from './compiled-step.ts'
import { runIteration, type IterationDeps } from './iteration.ts'

export interface ScenarioDeps extends IterationDeps {
  readonly recorder: Recorder
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
  const steps = compileSteps(test, scenario, recorder)
  const iterations = recorder.channel('iterations', tags)
  const duration = recorder.channel('iteration_duration', tags)
  const interrupted = recorder.channel('interrupted_iterations', tags)
  const dropped = recorder.channel('dropped_iterations', tags)
  const over = new AbortController()
  const lastMs = startedAt + spanOf(executor) + gracefulStopMs - performance.now()
  const timer = setTimeout(() => over.abort(), lastMs)
  const signal = AbortSignal.any([aborted, over.signal])
  setMaxListeners(0, signal)
  const execution: Execution = {
    ...{ worker, workers: threads, startedAt },
    elapsedMs: () => performance.now() - startedAt,
    stopped: AbortSignal.any([signal, deps.stopped]),
    run: async (vu, index, intendedAt) => {
      const began = performance.now()
      if (!(await runIteration(deps, steps, { vu, index, intendedAt, signal }))) return interrupted(1)
      iterations(1)
      duration(performance.now() - began)
    },
    dropped: () => dropped(1),
    vus: (count) => deps.vus(scenario.name, count),
  }
  try {
    if (executor.kind === 'constant-arrival-rate' || executor.kind === 'ramping-arrival-rate') {
      await runOpen(executor, execution)
    } else await runClosed(executor, execution)
  } finally {
    clearTimeout(timer)
  }
}
