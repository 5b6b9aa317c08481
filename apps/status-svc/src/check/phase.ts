const shortestRepeatMs = 1_000
/** Checks that never ran are started at this pace, or slower where they fill their interval. */
const catchUpPaceMs = 5
/** The wall clock tells whole milliseconds and is read a moment apart from the monotonic one: a run that seems this
 *  early is at its phase. */
const clockErrorMs = 10

/** Where in its interval a check falls, in milliseconds: the same in every replica, spread evenly by FNV-1a. */
export function phaseOf(checkId: string, intervalMs: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < checkId.length; i++) hash = Math.imul(hash ^ checkId.charCodeAt(i), 0x01000193) >>> 0
  return Math.floor((hash / 2 ** 32) * intervalMs)
}

/** How long after a run that was due at `dueAtMs` the next one is due. It moves the check towards its phase in steps of two
 *  thirds of an interval or more, and never waits longer than the interval, whatever the clock was set to meanwhile. */
export function delayToNext(dueAtMs: number, phaseMs: number, intervalMs: number): number {
  const lateMs = modulo(dueAtMs - phaseMs + clockErrorMs, intervalMs) - clockErrorMs
  const untilPhase = intervalMs - Math.max(0, lateMs)
  return untilPhase >= 0.65 * intervalMs ? untilPhase : (untilPhase + 2 * intervalMs) / 3
}

/** How soon a check repeats after a result that contradicts its verdict. */
export function repeatDelay(intervalMs: number): number {
  return Math.min(intervalMs, Math.max(shortestRepeatMs, intervalMs / 10))
}

/** How long after its start here a check that is overdue, one of `count`, runs first. */
export function firstDelay(phaseMs: number, intervalMs: number, count: number): number {
  return (phaseMs / intervalMs) * Math.min(intervalMs, count * catchUpPaceMs)
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}
