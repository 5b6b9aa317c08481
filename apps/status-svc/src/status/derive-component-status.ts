import type { NamedCheck } from '../component/check-names.ts'
import type { Verdict, VerdictFailure } from './check-verdict.ts'
import type { ComponentStatus } from './component-status.ts'
import { holdsForMs, type VerdictRecord, type VerdictRecords } from './verdict-record.ts'

/** What the verdicts of a component's checks add up to. */
export interface DerivedStatus {
  readonly status: ComponentStatus
  /** Of the check that explains the status best; while the component is maintained, of the worst one. */
  readonly failure: VerdictFailure | null
  /** The slowest of its checks' last answers. */
  readonly responseTimeMs: number | null
  readonly lastCheckedMs: number | null
  readonly flappingSinceMs: number | null
  /** When the first of its results stops holding; null when none holds. */
  readonly staleAtMs: number | null
}

const staleFailure: VerdictFailure = {
  code: 'stale',
  sentence: 'not checked for three intervals',
  detail: 'no result for three intervals: nobody ran the check',
}

/** Which of several verdicts explains a component best; the first is worst. */
const severity: readonly Verdict[] = ['outage', 'partial_outage', 'degraded', 'unknown', 'operational']

/** The status of a component: `outage` when all its checks are down, `partial_outage` when some are, else `degraded` when
 *  any is degraded or flapping, else `unknown` when any is unknown, stale or was never run, else `operational`.
 *  A component without checks is `unknown`. While it is maintained it is `maintenance`, whatever its checks say. */
export function deriveComponentStatus(
  checks: readonly NamedCheck[],
  verdicts: VerdictRecords,
  nowMs: number,
  isMaintained = false,
): DerivedStatus {
  const records = checks.flatMap((check) => verdicts[check.name] ?? [])
  const held = checks.map((check) => heldVerdict(check, verdicts[check.name], nowMs))
  const worst = held.toSorted((a, b) => severity.indexOf(a.verdict) - severity.indexOf(b.verdict))[0]
  return {
    status: isMaintained ? 'maintenance' : combine(held.map((entry) => entry.verdict)),
    failure: worst?.failure ?? null,
    responseTimeMs: greatest(records.flatMap((record) => record.latencyMs ?? [])),
    lastCheckedMs: greatest(records.map((record) => record.atMs)),
    flappingSinceMs: isMaintained ? null : least(records.flatMap((record) => record.flappingSinceMs ?? [])),
    staleAtMs: least(held.flatMap((entry) => entry.holdsUntilMs ?? [])),
  }
}

interface HeldVerdict {
  readonly verdict: Verdict
  readonly failure: VerdictFailure | null
  /** Null when it does not hold any more. */
  readonly holdsUntilMs: number | null
}

function heldVerdict(check: NamedCheck, record: VerdictRecord | undefined, nowMs: number): HeldVerdict {
  if (!record) return { verdict: 'unknown', failure: null, holdsUntilMs: null }
  const holdsUntilMs = record.atMs + holdsForMs(check.spec)
  if (holdsUntilMs < nowMs) return { verdict: 'unknown', failure: staleFailure, holdsUntilMs: null }
  const isDisguised = record.flappingSinceMs !== null && record.verdict === 'operational'
  return { verdict: isDisguised ? 'degraded' : record.verdict, failure: record.failure, holdsUntilMs }
}

function combine(verdicts: readonly Verdict[]): Verdict {
  const has = (verdict: Verdict) => verdicts.includes(verdict)
  if (verdicts.length === 0) return 'unknown'
  if (verdicts.every((verdict) => verdict === 'outage')) return 'outage'
  if (has('outage') || has('partial_outage')) return 'partial_outage'
  if (has('degraded')) return 'degraded'
  return has('unknown') ? 'unknown' : 'operational'
}

const greatest = (numbers: readonly number[]) =>
  numbers.reduce<number | null>((a, b) => (a === null || b > a ? b : a), null)
const least = (numbers: readonly number[]) =>
  numbers.reduce<number | null>((a, b) => (a === null || b < a ? b : a), null)
