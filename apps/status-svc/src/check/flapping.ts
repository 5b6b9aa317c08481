/** Results kept to tell whether a check flaps. */
const keptResults = 20
const startAlternations = 6
const steadyResults = 10
const steadyAlternations = 1

export interface Flapping {
  /** The last results, oldest first: `+` for operational, `-` for anything else that was measured. */
  readonly recent: string
  /** Since when the check flaps; null when it is steady. */
  readonly sinceMs: number | null
}

export const steady: Flapping = { recent: '', sinceMs: null }

/** Adds one result. Flapping starts when the last 20 results alternate 6 times or more, and ends when the last 10 alternate
 *  at most once. What was not measured is not a result. */
export function withResult(prior: Flapping, isOperational: boolean, atMs: number): Flapping {
  const recent = (prior.recent + (isOperational ? '+' : '-')).slice(-keptResults)
  if (prior.sinceMs === null) {
    return { recent, sinceMs: alternations(recent) >= startAlternations ? atMs : null }
  }
  const isSteady = recent.length >= steadyResults && alternations(recent.slice(-steadyResults)) <= steadyAlternations
  return { recent, sinceMs: isSteady ? null : prior.sinceMs }
}

function alternations(results: string): number {
  let count = 0
  for (let i = 1; i < results.length; i++) if (results[i] !== results[i - 1]) count++
  return count
}
