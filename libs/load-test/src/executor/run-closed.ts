import type { ClosedExecutor } from '../scenario/load-test.ts'
import { durationOf, rampedVus } from './arrivals.ts'
import { mostVusOf, spanOf } from './bounds.ts'
import { pause, type Execution } from './execution.ts'
import { shareOf } from './share.ts'

const adjustEveryMs = 50

/** Keeps this thread's share of the virtual users busy, and ends when all of them have. */
export async function runClosed(executor: ClosedExecutor, execution: Execution): Promise<void> {
  const vus = vusOf(mostVusOf(executor), execution)
  switch (executor.kind) {
    case 'constant-vus':
      return untilTheEnd(vus, execution, (index) => index >= 0 && execution.elapsedMs() < executor.durationMs)
    case 'per-vu-iterations':
      return untilTheEnd(vus, execution, (index) => index < executor.iterations && isInTime(executor, execution))
    case 'shared-iterations': {
      let left = sharedOf(executor.iterations, executor.vus, execution)
      return untilTheEnd(vus, execution, () => isInTime(executor, execution) && left-- > 0)
    }
    case 'ramping-vus':
      return ramp(executor, execution, vus)
  }
}

const isInTime = (executor: ClosedExecutor, { elapsedMs }: Execution): boolean => elapsedMs() < spanOf(executor)

/** The numbers of this thread's virtual users. */
function vusOf(most: number, { worker, workers }: Execution): readonly number[] {
  return Array.from({ length: shareOf(most, worker, workers) }, (_, index) => index * workers + worker)
}

/** A thread has as much of the iterations as it has of the virtual users. */
function sharedOf(iterations: number, vus: number, { worker, workers }: Execution): number {
  const threads = Math.min(vus, workers)
  return worker < threads ? shareOf(iterations, worker, threads) : 0
}

async function untilTheEnd(
  vus: readonly number[],
  execution: Execution,
  mayBegin: (iteration: number) => boolean,
): Promise<void> {
  execution.vus(vus.length)
  const numbering = new Numbering(execution)
  await Promise.all(
    vus.map(async (vu) => {
      for (let own = 0; !execution.stopped.aborted && mayBegin(own); own++) {
        await execution.run(vu, numbering.next(), null)
      }
    }),
  )
  execution.vus(0)
}

/** Virtual users join and leave as the ramp goes; one that leaves ends what it does. */
async function ramp(
  { startVus, stages }: Extract<ClosedExecutor, { kind: 'ramping-vus' }>,
  execution: Execution,
  vus: readonly number[],
): Promise<void> {
  const span = durationOf(stages)
  const numbering = new Numbering(execution)
  const running = new Map<number, Promise<void>>()
  let wanted = 0
  const isWanted = (vu: number): boolean => vu < wanted && execution.elapsedMs() < span
  const loop = async (vu: number): Promise<void> => {
    while (!execution.stopped.aborted && isWanted(vu)) await execution.run(vu, numbering.next(), null)
    running.delete(vu)
  }
  while (!execution.stopped.aborted && execution.elapsedMs() < span) {
    wanted = rampedVus(startVus, stages, execution.elapsedMs())
    for (const vu of vus) if (vu < wanted && !running.has(vu)) running.set(vu, loop(vu))
    execution.vus(running.size)
    await pause(adjustEveryMs, execution.stopped)
  }
  await Promise.all(running.values())
  execution.vus(0)
}

/** Numbers iterations so that no two threads give one number. */
class Numbering {
  readonly #execution: Execution
  #given = 0

  constructor(execution: Execution) {
    this.#execution = execution
  }

  next(): number {
    return this.#given++ * this.#execution.workers + this.#execution.worker
  }
}
