import type { CheckSpec } from '@akashic/config'
import { holdsForMs } from '../status/verdict-record.ts'
import { blinded, isContrary, judge, immediate, severityOf, unjudged, type CheckState } from './judge.ts'
import { delayToNext, phaseOf, repeatDelay } from './phase.ts'
import type { CheckRun } from './run-checks.ts'
import type { RecordedResult } from './result/recorded-result.ts'
import type { Sight } from './sight.ts'
import { blindFailure } from './vision.ts'
import { isPassive, type MeasuredResult, type WatchedCheck } from './watched-check.ts'

/** Told checks are looked at this often, besides when they fall due. */
const passiveIntervalMs = 60_000
const unreadableRetryMs = 5_000

export interface SettleDeps {
  /** How the network of the target is seen: that of this machine, or the one outside. */
  readonly sightOf: (check: WatchedCheck) => Sight
  readonly record: (result: RecordedResult) => void
}

/** Judges one result, records it, and says how many milliseconds after it was due the check is due again. */
export async function settleResult(deps: SettleDeps, check: WatchedCheck, run: CheckRun): Promise<number> {
  const { result, startedAtMs, startedMs } = run
  const { spec } = check.definition
  if (!result) return unreadableRetryMs
  if (!check.heeds(startedMs)) return spec.interval
  const state = await judged(deps, check, run, result)
  if (check.isRemoved || !check.heeds(startedMs)) return spec.interval
  check.state = state
  deps.record({
    definition: check.definition,
    checkNum: check.num,
    fencingToken: check.fencingToken,
    atMs: startedAtMs,
    result,
    state,
  })
  if (isPassive(spec)) {
    const untilChangeMs = Math.max(1, (result.nextChangeMs ?? Infinity) - startedAtMs)
    return run.latenessMs + Math.min(spec.interval, passiveIntervalMs, untilChangeMs)
  }
  const isBlind = state.failure?.code === blindFailure.code
  if (isContrary(state, result.outcome) && !isBlind) return repeatDelay(spec.interval)
  return delayToNext(run.dueAtMs, phaseOf(check.definition.id, spec.interval), spec.interval)
}

async function judged(
  deps: SettleDeps,
  check: WatchedCheck,
  { startedAtMs, startedMs }: CheckRun,
  result: MeasuredResult,
): Promise<CheckState> {
  const { spec } = check.definition
  if (isPassive(spec)) return judge(check.state, { ...result, atMs: startedAtMs }, immediate)
  const prior = freshState(check.state, startedAtMs, spec)
  const next = judge(prior, { ...result, atMs: startedAtMs }, spec)
  const sight = deps.sightOf(check)
  noteAnswer(check, result, startedMs, sight)
  if (!result.neverAnswered) return next
  const unansweredSinceMs = check.unansweredSinceMs ?? startedMs
  const blindSinceMs = sight.blindSinceMs ?? startedAtMs - (startedMs - unansweredSinceMs)
  const isBlind =
    sight.blindSinceMs !== null ||
    (turnsRed(prior, next) && (await sight.isBlindTo(check, unansweredSinceMs, blindSinceMs)))
  return isBlind ? blinded(prior, next, blindSinceMs, blindFailure) : next
}

/** What was known, unless it is so old that it says nothing of now. */
function freshState(state: CheckState, nowMs: number, spec: CheckSpec): CheckState {
  if (state.lastAtMs === null || nowMs - state.lastAtMs <= holdsForMs(spec)) return state
  return unjudged(nowMs)
}

function noteAnswer(check: WatchedCheck, result: MeasuredResult, startedMs: number, sight: Sight): void {
  if (result.neverAnswered) {
    check.unansweredSinceMs ??= startedMs
    return
  }
  if (result.latencyMs === null) return
  if (result.remoteAddress !== undefined) check.address = result.remoteAddress
  check.unansweredSinceMs = null
  sight.answered(check, startedMs)
}

function turnsRed(prior: CheckState, next: CheckState): boolean {
  return next.verdict !== prior.verdict && (severityOf(next.verdict) ?? 0) > (severityOf(prior.verdict) ?? 0)
}
