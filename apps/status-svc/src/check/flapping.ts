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

/** Adds one result. Flapping ends when the last 10 results alternate at most once; else it starts when the last 20
 *  alternate 6 times or more. What was not measured is not a result. */
export function withResult(prior: Flapping, isOperational: boolean, atMs: number): Flapping {
  const recent = (prior.recent + (isOperational ? '+' : '-')).slice(-keptResults)
  const isSteady = recent.length >= steadyResults && alternations(recent.slice(-steadyResults)) <= steadyAlternations
  if (isSteady) return { recent, sinceMs: null }
  const starts = alternations(recent) >= startAlternations
  return { recent, sinceMs: prior.sinceMs ?? (starts ? atMs : null) }
}

function alternations(results: string): number {
  let count = 0
  for (let i = 1; i < results.length; i++) if (results[i] !== results[i - 1]) count++
  return count
}
