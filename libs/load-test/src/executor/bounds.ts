import type { Executor, OpenExecutor, Scenario } from '../scenario/load-test.ts'
import { durationOf } from './arrivals.ts'

export const isOpen = (executor: Executor): executor is OpenExecutor =>
  executor.kind === 'constant-arrival-rate' || executor.kind === 'ramping-arrival-rate'

/** How long an executor starts iterations, ms. */
export function spanOf(executor: Executor): number {
  switch (executor.kind) {
    case 'constant-vus':
    case 'constant-arrival-rate':
      return executor.durationMs
    case 'ramping-vus':
    case 'ramping-arrival-rate':
      return durationOf(executor.stages)
    case 'per-vu-iterations':
    case 'shared-iterations':
      return executor.maxDurationMs
  }
}

/** The most virtual users that it has at a time. */
export function mostVusOf(executor: Executor): number {
  switch (executor.kind) {
    case 'ramping-vus':
      return Math.max(executor.startVus, ...executor.stages.map(({ target }) => target))
    case 'constant-arrival-rate':
    case 'ramping-arrival-rate':
      return executor.maxVus
    default:
      return executor.vus
  }
}

/** When the last iteration of all scenarios has ended at the latest, ms from the start. */
export const latestEndOf = (scenarios: readonly Scenario[]): number =>
  Math.max(
    0,
    ...scenarios.map(({ startTimeMs, gracefulStopMs, executor }) => startTimeMs + spanOf(executor) + gracefulStopMs),
  )
