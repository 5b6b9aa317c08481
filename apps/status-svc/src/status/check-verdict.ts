/** What one check says of its component, once thresholds are met. `partial_outage` comes from reported checks only;
 *  `unknown` means that it could not be measured. */
export type Verdict = 'operational' | 'degraded' | 'partial_outage' | 'outage' | 'unknown'

export interface VerdictFailure {
  /** Stable, for machines: `refused`, `timeout`, `blind`, `stale`, ... */
  readonly code: string
  /** May be shown to anybody. */
  readonly sentence: string
  /** For operators: with addresses, never with a credential. */
  readonly detail: string
}

/** One check's verdict after one result. Given for every result, changed or not, in the order of the results. */
export interface CheckVerdict {
  readonly componentId: string
  /** `${componentId}/${checkName}`, as namedChecks gives it. */
  readonly checkId: string
  readonly verdict: Verdict
  /** When the result was measured. */
  readonly atMs: number
  /** The first result that says so. */
  readonly sinceMs: number
  readonly latencyMs: number | null
  readonly failure?: VerdictFailure
  readonly isFlapping: boolean
}

/** A stretch of time in which nobody checked these components. */
export interface CheckingGap {
  readonly componentIds: readonly string[]
  readonly fromMs: number
  readonly toMs: number
}
