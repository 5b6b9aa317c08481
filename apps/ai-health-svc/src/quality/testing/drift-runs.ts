import { advanceDrift, initialDrift, type DriftSignal } from '../drift.ts'
import type { ResponseScores } from '../response-scores.ts'

const genuineBefore = 500
const mostResponses = 1_000

/** The signal of each alarm in genuine responses. */
export function falseAlarms(responses: readonly ResponseScores[]): DriftSignal[] {
  const signals: DriftSignal[] = []
  let state = initialDrift()
  for (const scores of responses) {
    const next = advanceDrift(state, scores)
    signals.push(...next.alarms.map(({ signal }) => signal))
    state = next.state
  }
  return signals
}

/** Damaged responses until the first alarm, in each of many runs that begin with genuine ones. */
export function noticedAfter(
  genuine: readonly ResponseScores[],
  damaged: readonly ResponseScores[],
  random: () => number,
  runs = 1_000,
): number[] {
  const draw = (from: readonly ResponseScores[]): ResponseScores => from[Math.floor(random() * from.length)]!
  return Array.from({ length: runs }, () => {
    let state = initialDrift()
    for (let seen = 0; seen < genuineBefore; seen += 1) state = advanceDrift(state, draw(genuine)).state
    for (let seen = 1; seen <= mostResponses; seen += 1) {
      const next = advanceDrift(state, draw(damaged))
      if (next.alarms.length > 0) return seen
      state = next.state
    }
    return mostResponses
  })
}
