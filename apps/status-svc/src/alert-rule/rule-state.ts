/** What a measurement says of a rule's condition; `unknown` where nothing could be measured. */
export type Condition = 'holds' | 'fails' | 'unknown'

/** A rule at one component that is not inactive: it pends until it has held long enough, then it fires. */
export interface RuleState {
  /** When it began to hold. */
  readonly sinceMs: number
  /** When it was last seen to hold. */
  readonly lastHeldMs: number
  /** Null while it only pends. */
  readonly firingSinceMs: number | null
}

export interface RuleTimes {
  /** How long it must hold before it fires; 0 fires at once. */
  readonly for: number
  /** How long it goes on firing after it held last. */
  readonly keepFiringFor: number
}

/** The state after one more evaluation; null is inactive. What could not be measured neither starts nor ends anything: an
 *  alert does not end because measuring stopped, and a rule that pended before a gap and holds after it has held throughout. */
export function nextState(
  state: RuleState | null,
  condition: Condition,
  times: RuleTimes,
  nowMs: number,
): RuleState | null {
  if (condition === 'unknown') return state
  return condition === 'holds' ? held(state, times, nowMs) : lapsed(state, times, nowMs)
}

function held(state: RuleState | null, times: RuleTimes, nowMs: number): RuleState {
  const sinceMs = Math.min(state?.sinceMs ?? nowMs, nowMs)
  const fires = nowMs - sinceMs >= times.for
  return { sinceMs, lastHeldMs: nowMs, firingSinceMs: state?.firingSinceMs ?? (fires ? nowMs : null) }
}

function lapsed(state: RuleState | null, { keepFiringFor }: RuleTimes, nowMs: number): RuleState | null {
  if (state === null || state.firingSinceMs === null) return null
  // A clock that was set back must not keep it firing.
  const lastHeldMs = Math.min(state.lastHeldMs, nowMs)
  if (nowMs - lastHeldMs >= keepFiringFor) return null
  return lastHeldMs === state.lastHeldMs ? state : { ...state, lastHeldMs }
}
