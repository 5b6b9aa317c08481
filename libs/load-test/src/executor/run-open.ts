import { setImmediate as nextTurn } from 'node:timers/promises'
import type { OpenExecutor } from '../scenario/load-test.ts'
import { arrivalPlan } from './arrivals.ts'
import { pause, type Execution } from './execution.ts'
import { shareOf } from './share.ts'

/** Timers are late by a ms or two. */
const timerSlackMs = 3
const wakeSlackMs = 0.35

/** Starts this thread's share of the iterations at their times. One for which no virtual user is free is dropped and
 *  counted: it would have begun too late to tell what its time was like. */
export async function runOpen(executor: OpenExecutor, execution: Execution): Promise<void> {
  const { worker, workers, startedAt, stopped } = execution
  const plan = arrivalPlan(executor)
  const most = shareOf(executor.maxVus, worker, workers)
  const free: number[] = Array.from({ length: most }, (_, index) => (most - 1 - index) * workers + worker)
  const running = new Set<Promise<void>>()
  for (let index = worker; index < plan.count; index += workers) {
    const dueMs = plan.at(index)
    await until(dueMs, execution)
    if (stopped.aborted) break
    const vu = free.pop()
    if (vu === undefined) {
      execution.dropped()
      continue
    }
    const run = execution.run(vu, index, startedAt + dueMs).then(() => {
      free.push(vu)
      running.delete(run)
    })
    running.add(run)
    execution.vus(running.size)
  }
  await Promise.all(running)
  execution.vus(0)
}

async function until(dueMs: number, execution: Execution): Promise<void> {
  const { elapsedMs, startedAt, stopped } = execution
  for (let left = dueMs - elapsedMs(); left > 0 && !stopped.aborted; left = dueMs - elapsedMs()) {
    if (left > timerSlackMs) await pause(left - timerSlackMs, stopped)
    else if (left > wakeSlackMs) await execution.wakeAt(startedAt + dueMs)
    else await nextTurn()
  }
}
