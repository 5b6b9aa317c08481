import type { NamedCheck } from '../component/check-names.ts'
import type { CheckVerdict, VerdictFailure } from './check-verdict.ts'
import type { ComponentStatus } from './component-status.ts'
import { deriveComponentStatus, type DerivedStatus } from './derive-component-status.ts'
import { holdsForMs, recordOf, type VerdictRecords } from './verdict-record.ts'

/** What is known of one component now. */
export interface ComponentState extends DerivedStatus {
  /** Since when it has this status. */
  readonly sinceMs: number
  /** When the ledger's open interval began; later than `sinceMs` when flapping or a gap began anew within the status. */
  readonly openedMs: number
  readonly verdicts: VerdictRecords
  /** True while a maintenance of it is under way. */
  readonly isMaintained: boolean
  /** What was measured before does not count, since its checks were paused until then; Infinity while they are. */
  readonly pausedUntilMs: number | null
  /** Grows with each write of this state, over deletion and return of the component too. */
  readonly revision: number
}

/** The start of a new interval of the ledger. Where it is also the start of the open one, that one is replaced. */
export interface IntervalStart {
  readonly fromMs: number
  readonly status: ComponentStatus
  readonly isFlapping: boolean
  readonly failure: VerdictFailure | null
}

export interface Advance {
  readonly state: ComponentState
  /** In the order of their starts; none while the component stays as it is. */
  readonly starts: readonly IntervalStart[]
}

/** The state of a component that nobody has checked yet. */
export function unmeasured(sinceMs: number): ComponentState {
  return {
    status: 'unknown',
    failure: null,
    responseTimeMs: null,
    lastCheckedMs: null,
    flappingSinceMs: null,
    staleAtMs: null,
    sinceMs,
    openedMs: sinceMs,
    verdicts: {},
    isMaintained: false,
    pausedUntilMs: null,
    revision: sinceMs,
  }
}

/** How far ahead of us the clock of another replica may be; what is dated later comes of a clock that was wrong. */
const clockToleranceMs = 5_000

/** The state after one more verdict, taken over at `nowMs`. An older verdict than the one known of the same check changes
 *  nothing, unless the known one lies in the future, and neither does one from before its checks were last paused.
 *  The new interval starts when the verdict first held, but never before the open one, and never inside a time in which
 *  the check had no valid result: what was not measured stays unknown. */
export function advance(
  before: ComponentState,
  checks: readonly NamedCheck[],
  verdict: CheckVerdict,
  nowMs: number,
): Advance {
  const check = checks.find((candidate) => candidate.id === verdict.checkId)
  if (!check || verdict.atMs < (before.pausedUntilMs ?? 0)) return { state: before, starts: [] }
  const past = withoutFuture(before, checks, Math.max(nowMs, verdict.atMs))
  const prior = past.state.verdicts[check.name]
  if (prior && prior.atMs > verdict.atMs) return past
  const { state, starts } = expire(past.state, checks, verdict.atMs)
  const record = recordOf(check.spec, verdict, prior)
  const fromMs = Math.max(record.unbrokenSinceMs, Math.min(verdict.sinceMs, verdict.atMs))
  const next = turn(state, checks, { ...state.verdicts, [check.name]: record }, fromMs, verdict.atMs)
  return { state: next.state, starts: [...past.starts, ...starts, ...next.starts] }
}

/** The state at `nowMs` when no further result came: results older than three intervals are `unknown`, from the time of
 *  the last result on. */
export function expire(state: ComponentState, checks: readonly NamedCheck[], nowMs: number): Advance {
  if (state.staleAtMs === null || state.staleAtMs >= nowMs) return { state, starts: [] }
  const lost = checks.flatMap((check) => {
    const record = state.verdicts[check.name]
    return record && record.atMs + holdsForMs(check.spec) < nowMs ? record.atMs : []
  })
  return turn(state, checks, state.verdicts, Math.max(state.openedMs, ...lost), nowMs)
}

/** The state at `nowMs` without what a clock that was ahead has dated later: such results say nothing of now, so that from
 *  now on the component is what the others say, and `unknown` without them. */
export function withoutFuture(state: ComponentState, checks: readonly NamedCheck[], nowMs: number): Advance {
  const isAhead = (ms: number) => ms > nowMs + clockToleranceMs
  const past = Object.entries(state.verdicts).filter(([, record]) => !isAhead(record.atMs))
  if (!isAhead(state.openedMs) && past.length === Object.keys(state.verdicts).length) return { state, starts: [] }
  const verdicts = Object.fromEntries(past)
  const derived = deriveComponentStatus(checks, verdicts, nowMs, state.isMaintained)
  const sinceMs = derived.status === state.status ? Math.min(state.sinceMs, nowMs) : nowMs
  return { state: { ...state, ...derived, sinceMs, openedMs: nowMs, verdicts }, starts: [startOf(derived, nowMs)] }
}

/** Whether a component is maintained, and whether its checks are paused meanwhile. */
export interface Upkeep {
  readonly isMaintained: boolean
  readonly isPaused: boolean
}

/** The state when a maintenance of the component begins or ends at `nowMs`. Where its checks are paused, nothing is known
 *  of it from then on, until they ran again. */
export function maintain(
  state: ComponentState,
  checks: readonly NamedCheck[],
  { isMaintained, isPaused }: Upkeep,
  nowMs: number,
): Advance {
  const wasPaused = isPausedNow(state)
  const pausedUntilMs = isPaused ? Infinity : wasPaused ? nowMs : state.pausedUntilMs
  const verdicts = isPaused ? {} : state.verdicts
  const { lastCheckedMs } = state
  const next = turn({ ...state, isMaintained, pausedUntilMs }, checks, verdicts, nowMs, nowMs)
  return { ...next, state: { ...next.state, lastCheckedMs: next.state.lastCheckedMs ?? lastCheckedMs } }
}

/** True while a maintenance pauses the checks of the component. */
export const isPausedNow = ({ pausedUntilMs }: Pick<ComponentState, 'pausedUntilMs'>): boolean =>
  pausedUntilMs === Infinity

function turn(
  state: ComponentState,
  checks: readonly NamedCheck[],
  verdicts: VerdictRecords,
  fromMs: number,
  nowMs: number,
): Advance {
  const derived = deriveComponentStatus(checks, verdicts, nowMs, state.isMaintained)
  const isFlapping = derived.flappingSinceMs !== null
  const isSameStatus = derived.status === state.status
  if (isSameStatus && isFlapping === (state.flappingSinceMs !== null)) {
    return { state: { ...state, ...derived, verdicts }, starts: [] }
  }
  const openedMs = Math.max(fromMs, state.openedMs)
  return {
    state: { ...state, ...derived, sinceMs: isSameStatus ? state.sinceMs : openedMs, openedMs, verdicts },
    starts: [startOf(derived, openedMs)],
  }
}

/** What fails while the component is maintained is for operators, and not for its history. */
function startOf({ status, failure, flappingSinceMs }: DerivedStatus, fromMs: number): IntervalStart {
  const isFlapping = flappingSinceMs !== null
  return { fromMs, status, isFlapping, failure: status === 'maintenance' ? null : failure }
}
