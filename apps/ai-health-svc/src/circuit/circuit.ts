import type { AiProvider } from '@akashic/config'
import type { CircuitStateName } from '@akashic/proto'
import { ruleOf, type Failure } from '../failure/failure.ts'

export type BreakerSettings = AiProvider['breaker']

/** What is known of one model of one provider, and whether it may be asked. Instants are epoch milliseconds. */
export interface Circuit {
  readonly state: CircuitStateName
  /** Class of the failures, or `quality`; empty while closed. */
  readonly reason: string
  readonly openedAtMs: number | null
  readonly nextTrialAtMs: number | null
  /** Openings since it was last closed: each doubles the cooldown. */
  readonly openedInARow: number
  readonly openedCount: number
  /** Until when the provider wants to be left alone, by its Retry-After. */
  readonly coolingUntilMs: number | null
  /** Good answers of trials in a row. */
  readonly goodTrials: number
  /** Outcomes within the window, and the last ones before, oldest first. */
  readonly outcomes: readonly { readonly atMs: number; readonly isFailure: boolean }[]
}

/** Only so many outcomes are kept: a busy model's window is shorter. */
const maxOutcomes = 200
/** An answer waits for its score behind one other at most; each takes 10 s or less. */
const longestVerdictMs = 30_000
/** How much longer than for a fault that passes. */
const lastingFactor = 4

export const closedCircuit: Circuit = {
  state: 'closed',
  reason: '',
  openedAtMs: null,
  nextTrialAtMs: null,
  openedInARow: 0,
  openedCount: 0,
  coolingUntilMs: null,
  goodTrials: 0,
  outcomes: [],
}

export type Admission =
  | { readonly kind: 'asked' }
  /** One request may try it, once it has taken the trial. */
  | { readonly kind: 'trial_due' }
  | { readonly kind: 'left_alone'; readonly reason: string; readonly untilMs: number }

/** Whether a request may be sent now. */
export function admissionOf(circuit: Circuit, nowMs: number): Admission {
  const { state, reason, coolingUntilMs, nextTrialAtMs } = circuit
  if (coolingUntilMs !== null && coolingUntilMs > nowMs) {
    return { kind: 'left_alone', reason: 'rate_limit_exceeded', untilMs: coolingUntilMs }
  }
  if (state === 'closed') return { kind: 'asked' }
  const untilMs = nextTrialAtMs ?? nowMs
  return untilMs <= nowMs ? { kind: 'trial_due' } : { kind: 'left_alone', reason, untilMs }
}

/** The circuit after a good answer. */
export function afterSuccess(circuit: Circuit, settings: BreakerSettings, nowMs: number): Circuit {
  if (circuit.state !== 'closed') return circuit
  return { ...circuit, outcomes: withOutcome(circuit, settings, nowMs, false) }
}

/** The circuit after a failed attempt. What is the caller's fault says nothing of the provider; a rate limit makes it cool. */
export function afterFailure(circuit: Circuit, settings: BreakerSettings, failure: Failure, nowMs: number): Circuit {
  if (failure.class === 'rate_limit_exceeded') return cooled(circuit, failure.retryAfterMs, nowMs)
  const rule = ruleOf(failure.class)
  if (rule.circuit === 'no' || circuit.state !== 'closed') return circuit
  const outcomes = withOutcome(circuit, settings, nowMs, true)
  const counted = { ...circuit, outcomes }
  const isTooMany = isShareReached(outcomes, settings, nowMs) || isDown(outcomes, settings)
  return rule.circuit === 'at_once' || isTooMany ? opened(counted, settings, failure.class, nowMs) : counted
}

function isShareReached(outcomes: Circuit['outcomes'], settings: BreakerSettings, nowMs: number): boolean {
  const { failures, share, window } = settings
  const recent = outcomes.filter(({ atMs }) => atMs > nowMs - window)
  const failed = recent.filter(({ isFailure }) => isFailure).length
  return failed >= failures && failed >= share * recent.length
}

/** Twice as many in a row, however far apart: what went well before must not hide for long that a provider is gone. */
function isDown(outcomes: Circuit['outcomes'], { failures }: BreakerSettings): boolean {
  const last = outcomes.slice(-2 * failures)
  return last.length === 2 * failures && last.every(({ isFailure }) => isFailure)
}

/** The circuit after its trial was answered well; closed once `needed` were. */
export function afterGoodTrial(circuit: Circuit, needed: number, nowMs: number): Circuit {
  if (circuit.state === 'closed') return circuit
  const goodTrials = circuit.goodTrials + 1
  if (goodTrials >= needed) return { ...closedCircuit, openedCount: circuit.openedCount }
  return { ...circuit, state: 'half_open', goodTrials, nextTrialAtMs: nowMs }
}

/** Whether the answer of a trial is good is told later: until then, or until nobody tells it, there is no other trial. */
export function awaitingVerdict(circuit: Circuit, nowMs: number): Circuit {
  return { ...circuit, nextTrialAtMs: nowMs + longestVerdictMs }
}

/** The circuit after its trial failed. */
export function afterBadTrial(circuit: Circuit, settings: BreakerSettings, failure: Failure, nowMs: number): Circuit {
  if (circuit.state === 'closed') return afterFailure(circuit, settings, failure, nowMs)
  if (failure.class === 'rate_limit_exceeded') return cooled(circuit, failure.retryAfterMs, nowMs)
  if (ruleOf(failure.class).circuit === 'no') return circuit
  // Whose answers got worse is trusted again for good answers, whatever else goes wrong meanwhile.
  return opened(circuit, settings, circuit.reason === 'quality' ? 'quality' : failure.class, nowMs)
}

/** An open circuit with its next trial due after the cooldown, which doubles with every opening in a row. */
export function opened(circuit: Circuit, settings: BreakerSettings, reason: string, nowMs: number): Circuit {
  const lasting = reason === 'quota_exhausted' || reason === 'bad_credentials' || reason === 'model_unavailable'
  const doubled = settings.cooldown * (lasting ? lastingFactor : 1) * 2 ** Math.min(circuit.openedInARow, 20)
  return {
    ...circuit,
    state: 'open',
    reason,
    openedAtMs: circuit.state === 'closed' ? nowMs : circuit.openedAtMs,
    nextTrialAtMs: nowMs + Math.min(doubled, settings.longestCooldown),
    openedInARow: circuit.openedInARow + 1,
    openedCount: circuit.openedCount + 1,
    goodTrials: 0,
  }
}

function cooled(circuit: Circuit, retryAfterMs: number | null, nowMs: number): Circuit {
  if (retryAfterMs === null) return circuit
  return { ...circuit, coolingUntilMs: Math.max(circuit.coolingUntilMs ?? 0, nowMs + retryAfterMs) }
}

/** The outcomes with one more: those of the window, and the last that tell of failures in a row. */
function withOutcome({ outcomes }: Circuit, settings: BreakerSettings, nowMs: number, isFailure: boolean) {
  const inWindow = outcomes.findIndex(({ atMs }) => atMs > nowMs - settings.window)
  const inRow = Math.max(0, outcomes.length - 2 * settings.failures + 1)
  const first = Math.min(inWindow === -1 ? outcomes.length : inWindow, inRow)
  const most = Math.max(maxOutcomes, 2 * settings.failures)
  return [...outcomes.slice(Math.max(first, outcomes.length - most + 1)), { atMs: nowMs, isFailure }]
}
