import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { LoadTest, ThinkStep } from '../scenario/load-test.ts'
import { UnknownValue } from '../scenario/template.ts'
import { extracted } from './check-answer.ts'
import type { CompiledRequest, CompiledStep } from './compiled-step.ts'
import { IterationValues, type IterationNumbers } from './iteration-values.ts'
import { unanswered } from './received.ts'
import type { ReadyRequest, UserClient } from './user-client.ts'

export interface IterationDeps {
  readonly test: LoadTest
  readonly random: () => number
  /** The test was aborted: what is under way says nothing. */
  readonly aborted: AbortSignal
  /** Asked before each request; false: no more may be sent. */
  readonly mayRequest: () => boolean
}

export interface Iteration extends IterationNumbers {
  readonly client: UserClient
  /** When it was to start, on `performance.now()`; its first request is measured from then, so that a stall of the target
   *  is felt by all that was to come during it. Null: it starts when it starts. */
  readonly intendedAt: number | null
  /** Cuts it short: the test was aborted, or its scenario is over. */
  readonly signal: AbortSignal
}

/** Runs the steps once. What the end of its scenario cuts short counts as a failed request, so that a target that answers
 *  nothing any more is not taken for one that was not asked. @returns false where it was cut short. */
export async function runIteration(
  deps: IterationDeps,
  steps: readonly CompiledStep[],
  iteration: Iteration,
): Promise<boolean> {
  const { client, intendedAt, signal } = iteration
  const values = new IterationValues(deps.test.data, deps.random, iteration)
  let lateMs = intendedAt === null ? 0 : Math.max(0, performance.now() - intendedAt)
  for (const step of steps) {
    if (signal.aborted) return false
    if (step.kind === 'think') {
      await think(step, deps.random, signal)
      continue
    }
    if (!deps.mayRequest()) return false
    const request = requestOf(step, values)
    const answer =
      typeof request === 'string' ? unanswered(request, performance.now()) : await client.send(request, step.options)
    if (answer.error === 'aborted') {
      if (!deps.aborted.aborted) step.outcomes.record({ ...answer, error: 'cut_short' }, lateMs)
      return false
    }
    step.outcomes.record(answer, lateMs)
    // What was never sent must not keep everything else from its turn.
    if (answer.sentAt === answer.startedAt) await nextTurn()
    lateMs = 0
    for (const [name, extraction] of step.extract) values.set(name, extracted(extraction, answer))
  }
  return true
}

async function think({ minMs, maxMs }: ThinkStep, random: () => number, signal: AbortSignal): Promise<void> {
  const ms = minMs + random() * (maxMs - minMs)
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}

/** The request, or why it cannot be made: what cannot be filled in is not sent, and counts as failed. */
function requestOf(step: CompiledRequest, values: IterationValues): ReadyRequest | 'no_value' | 'bad_address' {
  try {
    return step.make(values)
  } catch (error) {
    return error instanceof UnknownValue ? 'no_value' : 'bad_address'
  }
}
