import type { CheckSpec } from '@akashic/config'
import type { CheckVerdict, Verdict, VerdictFailure } from './check-verdict.ts'

/** The last verdict of one check, as kept with its component. */
export interface VerdictRecord {
  readonly verdict: Verdict
  readonly atMs: number
  /** Since when its results have followed each other without a loss. What was not measured before is not filled in. */
  readonly unbrokenSinceMs: number
  readonly latencyMs: number | null
  readonly failure: VerdictFailure | null
  /** Since when the check has been flapping; null when it is steady. */
  readonly flappingSinceMs: number | null
}

/** By check name. */
export type VerdictRecords = Readonly<Record<string, VerdictRecord>>

/** How long a result holds: three intervals, and the time that the run under way then may take. */
export function holdsForMs(check: Pick<CheckSpec, 'interval' | 'timeout'>): number {
  return 3 * check.interval + check.timeout
}

/** The record that `verdict` of `check` leaves behind `prior`. */
export function recordOf(
  check: Pick<CheckSpec, 'interval' | 'timeout'>,
  verdict: CheckVerdict,
  prior: VerdictRecord | undefined,
): VerdictRecord {
  const firstMs = prior ? verdict.atMs : Math.min(verdict.sinceMs, verdict.atMs)
  const isUnbroken = prior !== undefined && verdict.atMs - prior.atMs <= holdsForMs(check)
  return {
    verdict: verdict.verdict,
    atMs: verdict.atMs,
    unbrokenSinceMs: isUnbroken ? prior.unbrokenSinceMs : firstMs,
    latencyMs: verdict.latencyMs,
    failure: verdict.failure ?? null,
    flappingSinceMs: verdict.isFlapping ? (prior?.flappingSinceMs ?? verdict.atMs) : null,
  }
}
