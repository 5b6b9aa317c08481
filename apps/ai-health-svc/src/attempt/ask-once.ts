import type { Circuits } from '../circuit/circuits.ts'
import type { Failure } from '../failure/failure.ts'
import type { Pace } from '../limit/pace.ts'
import type { AiRequest } from '../routing/ai-request.ts'
import type { Candidate } from '../routing/candidates.ts'
import type { Answer } from './answer.ts'
import { attempt, type AttemptDeps, type Outcome } from './attempt.ts'

export interface AskDeps extends AttemptDeps {
  readonly circuits: Circuits
  readonly pace: Pace
  readonly random: () => number
  readonly monotonicMs: () => number
  /** Gives the trial of an open circuit back that came to nothing. */
  readonly releaseTrial: (candidate: Candidate) => Promise<void>
  /** Told of every attempt that came to an end. */
  readonly onAttempt: (attempted: Attempted) => void
}

/** An attempt that came to an end; a stream's end is told later. */
export interface Attempted {
  readonly candidate: Candidate
  readonly request: AiRequest
  readonly outcome: Outcome
  readonly durationMs: number
}

export type Asked =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly isTrial: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly isTrial: boolean }
  /** It was not asked: its circuit is open, it cools down, or we hold back. */
  | { readonly kind: 'left_alone'; readonly reason: string; readonly untilMs: number }

/** Asks a candidate once, if its circuit lets it be asked, and tells the circuit what came of it.
 *  @throws the reason of `signal` when that aborted. */
export async function askOnce(
  deps: AskDeps,
  candidate: Candidate,
  request: AiRequest,
  signal: AbortSignal,
  isLastResort = false,
): Promise<Asked> {
  const { circuits, clock, pace } = deps
  const admission = circuits.admission(candidate)
  if (admission.kind === 'left_alone' && !(isLastResort && admission.reason === 'quality')) return admission
  const { name } = candidate.provider
  const heldBackMs = pace.holdBackMs(name)
  if (heldBackMs > 0) return { kind: 'left_alone', reason: 'slow_down', untilMs: clock.now() + heldBackMs }
  const isTrial = admission.kind === 'trial_due'
  if (isTrial && !(await circuits.takeTrial(candidate))) {
    return { kind: 'left_alone', reason: circuits.get(candidate).reason, untilMs: clock.now() + trialUnderWayMs }
  }
  pace.sent(name)
  const startedMs = deps.monotonicMs()
  let isSettled = false
  try {
    const outcome = await attempt(deps, candidate, request, signal)
    isSettled = settle(deps, candidate, outcome, isTrial)
    deps.onAttempt({ candidate, request, outcome, durationMs: deps.monotonicMs() - startedMs })
    return outcome.failure
      ? { kind: 'failed', failure: outcome.failure, isTrial }
      : { kind: 'answered', answer: outcome.answer, isTrial }
  } finally {
    if (isTrial) {
      circuits.trialEnded(candidate)
      if (!isSettled) await deps.releaseTrial(candidate)
    }
  }
}

const trialUnderWayMs = 1_000

/** @returns whether the circuit learned something by it. */
function settle({ circuits, pace }: AskDeps, candidate: Candidate, { failure }: Outcome, isTrial: boolean): boolean {
  const before = circuits.get(candidate)
  if (failure) circuits.failed(candidate, failure, isTrial)
  else circuits.succeeded(candidate, isTrial)
  if (failure?.code === 'slow_down') pace.slowDown(candidate.provider.name)
  return circuits.get(candidate) !== before
}
