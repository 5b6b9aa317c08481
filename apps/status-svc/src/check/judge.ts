import type { Verdict, VerdictFailure } from '../status/check-verdict.ts'
import { steady, withResult, type Flapping } from './flapping.ts'

/** Results in a row that have something in common. */
interface Streak {
  readonly count: number
  /** When the first of them was measured. */
  readonly sinceMs: number
}

/** What is known of a check after its results so far. Plain JSON: it outlives the process. */
export interface CheckState {
  readonly verdict: Verdict
  /** The first result that says so. */
  readonly sinceMs: number
  /** Why the verdict is what it is; absent when it is operational. */
  readonly failure?: VerdictFailure
  readonly lastAtMs: number | null
  /** Results in a row at least as bad as degraded, partial_outage, outage. */
  readonly worse: readonly Streak[]
  /** Results in a row at most as bad as operational, degraded, partial_outage. */
  readonly better: readonly Streak[]
  readonly unmeasured: Streak
  readonly flapping: Flapping
}

/** One result, as far as judging goes. */
export interface Measurement {
  readonly outcome: Verdict
  readonly atMs: number
  readonly failure?: VerdictFailure
}

export interface Thresholds {
  /** Failures in a row before the verdict turns. */
  readonly failureThreshold: number
  /** Successes in a row before it turns back. */
  readonly successThreshold: number
}

/** Thresholds of checks that are told rather than made: each word of them holds. */
export const immediate: Thresholds = { failureThreshold: 1, successThreshold: 1 }

const bySeverity = ['operational', 'degraded', 'partial_outage', 'outage'] as const
const none: Streak = { count: 0, sinceMs: 0 }
const noStreaks: readonly Streak[] = [none, none, none]

/** Place of a verdict from good (0) to bad (3); null for `unknown`, which is neither. */
export function severityOf(verdict: Verdict): number | null {
  return verdict === 'unknown' ? null : bySeverity.indexOf(verdict)
}

/** A check that has no result yet. */
export function unjudged(createdAtMs: number): CheckState {
  return {
    verdict: 'unknown',
    sinceMs: createdAtMs,
    lastAtMs: null,
    worse: noStreaks,
    better: noStreaks,
    unmeasured: none,
    flapping: steady,
  }
}

/** The state after one more result. The verdict gets worse to what the last `failureThreshold` results all were at least,
 *  and better to what the last `successThreshold` results all were at most. From `unknown` one operational result is enough.
 *  Results that could not be measured break every streak; `failureThreshold` of them in a row make it `unknown`. */
export function judge(prior: CheckState, result: Measurement, thresholds: Thresholds): CheckState {
  const severity = severityOf(result.outcome)
  const extend = (streak: Streak, holds: boolean): Streak =>
    holds ? { count: streak.count + 1, sinceMs: streak.count === 0 ? result.atMs : streak.sinceMs } : none
  const worse = prior.worse.map((streak, i) => extend(streak, severity !== null && severity >= i + 1))
  const better = prior.better.map((streak, i) => extend(streak, severity !== null && severity <= i))
  const unmeasured = extend(prior.unmeasured, severity === null)
  const turn = turnOf(prior.verdict, { worse, better, unmeasured }, thresholds)
  const verdict = turn?.verdict ?? prior.verdict
  const failure = result.outcome === verdict || turn ? result.failure : prior.failure
  return {
    verdict,
    sinceMs: turn?.sinceMs ?? prior.sinceMs,
    ...(verdict !== 'operational' && failure && { failure }),
    lastAtMs: result.atMs,
    worse,
    better,
    unmeasured,
    flapping: severity === null ? prior.flapping : withResult(prior.flapping, severity === 0, result.atMs),
  }
}

interface Turn {
  readonly verdict: Verdict
  readonly sinceMs: number
}

function turnOf(
  verdict: Verdict,
  { worse, better, unmeasured }: Pick<CheckState, 'worse' | 'better' | 'unmeasured'>,
  { failureThreshold, successThreshold }: Thresholds,
): Turn | undefined {
  const current = severityOf(verdict)
  if (current !== null && unmeasured.count >= failureThreshold) {
    return { verdict: 'unknown', sinceMs: unmeasured.sinceMs }
  }
  const recovered = current === null ? 1 : successThreshold
  for (let severity = 3; severity > (current ?? 0); severity--) {
    const streak = worse[severity - 1]!
    if (streak.count >= failureThreshold) return { verdict: bySeverity[severity]!, sinceMs: streak.sinceMs }
  }
  const highest = current === null ? 1 : current
  for (let severity = 0; severity < highest; severity++) {
    const streak = better[severity]!
    if (streak.count >= recovered) return { verdict: bySeverity[severity]!, sinceMs: streak.sinceMs }
  }
  return undefined
}

/** The state after a failure that says nothing of the target, because the checker itself cannot see: `unknown` from the
 *  first such failure on. Failures count anew once it sees again.
 *  @param next what the failure would make of `prior` if it were the target's */
export function blinded(
  prior: CheckState,
  next: CheckState,
  blindSinceMs: number,
  failure: VerdictFailure,
): CheckState {
  const wasBlind = prior.verdict === 'unknown' && prior.failure?.code === failure.code
  return {
    ...next,
    verdict: 'unknown',
    sinceMs: wasBlind ? prior.sinceMs : Math.max(blindSinceMs, next.worse[0]!.sinceMs),
    failure,
    worse: noStreaks,
    better: noStreaks,
    unmeasured: none,
    flapping: prior.flapping,
  }
}

/** True when the last result and the verdict differ, so that the check repeats soon. */
export function isContrary(state: CheckState, outcome: Verdict): boolean {
  return outcome !== state.verdict
}
