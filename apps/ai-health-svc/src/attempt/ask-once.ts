import { once } from 'node:events'
import type { Circuits } from '../circuit/circuits.ts'
import type { Failure } from '../failure/failure.ts'
import type { Pace } from '../limit/pace.ts'
import type { AiRequest } from '../routing/ai-request.ts'
import type { Candidate } from '../routing/candidates.ts'
import type { Answer } from './answer.ts'
import { attempt, type AttemptDeps, type Outcome } from './attempt.ts'
import { DeadlineReached, outOfTime } from './deadline-reached.ts'

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
  if (isTrial && !(await takeTrial(deps, candidate, signal))) {
    return { kind: 'left_alone', reason: circuits.get(candidate).reason, untilMs: clock.now() + trialUnderWayMs }
  }
  pace.sent(name)
  const startedMs = deps.monotonicMs()
  const ended = (outcome: Outcome): void => {
    settle(deps, candidate, outcome, isTrial)
    deps.onAttempt({ candidate, request, outcome, durationMs: deps.monotonicMs() - startedMs })
  }
  try {
    const outcome = await attempt(deps, candidate, request, signal)
    ended(outcome)
    return outcome.failure
      ? { kind: 'failed', failure: outcome.failure, isTrial }
      : { kind: 'answered', answer: outcome.answer, isTrial }
  } catch (error) {
    const hadItsTime = deps.monotonicMs() - startedMs >= Math.min(candidate.provider.timeouts.firstByte, fairMs)
    if (error instanceof DeadlineReached && hadItsTime) ended({ failure: outOfTime })
    else if (isTrial) giveBack(deps, candidate)
    throw error
  }
}

const trialUnderWayMs = 1_000
/** Who gives less time than this says nothing of a provider by it. */
const fairMs = 10_000
/** Takes the trial of an open circuit, as long as the caller waits for it; one that comes too late is given back. */
async function takeTrial(deps: AskDeps, candidate: Candidate, signal: AbortSignal): Promise<boolean> {
  const taking = deps.circuits.takeTrial(candidate)
  const gone = new AbortController()
  const left = once(signal, 'abort', { signal: gone.signal }).then(() => Promise.reject(signal.reason as Error))
  try {
    signal.throwIfAborted()
    return await Promise.race([taking, left])
  } catch (error) {
    void taking.then((isOurs) => isOurs && giveBack(deps, candidate))
    throw error
  } finally {
    gone.abort()
    left.catch(() => undefined)
  }
}

/** Ends a trial that came to nothing. */
function giveBack({ circuits, releaseTrial }: AskDeps, candidate: Candidate): void {
  circuits.trialEnded(candidate)
  void releaseTrial(candidate)
}

/** Tells the circuit what came of an attempt; of a stream, that is known at its end. */
function settle(deps: AskDeps, candidate: Candidate, { failure, answer }: Outcome, isTrial: boolean): void {
  if (answer?.kind === 'stream') return
  const { circuits, pace } = deps
  const before = circuits.get(candidate)
  if (failure) circuits.failed(candidate, failure, isTrial)
  else circuits.succeeded(candidate, isTrial)
  if (failure?.code === 'slow_down') pace.slowDown(candidate.provider.name)
  if (!isTrial) return
  // What is only told to cool is still to be tried.
  const isTried = circuits.get(candidate) !== before && failure?.class !== 'rate_limit_exceeded'
  if (isTried) circuits.trialEnded(candidate)
  else giveBack(deps, candidate)
}

/** Tells the circuit how a stream ended that had begun well. A caller who left says nothing of a trial. */
export function settleStream(
  deps: AskDeps,
  candidate: Candidate,
  end: { readonly kind: 'whole' | 'caller_left' } | { readonly kind: 'failed'; readonly failure: Failure },
  isTrial: boolean,
): void {
  const { circuits } = deps
  if (isTrial && end.kind === 'caller_left') return giveBack(deps, candidate)
  if (end.kind === 'failed') circuits.failed(candidate, end.failure, isTrial)
  else circuits.succeeded(candidate, isTrial)
  if (isTrial) circuits.trialEnded(candidate)
}
