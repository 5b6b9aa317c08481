import type { Reference } from '@akashic/kubernetes'
import type { Evidence, Remedy, Severity } from '../finding/finding.ts'
import type { MatchedRunbook } from '../runbook/runbook.ts'

/** Where the symptoms are looked for. */
export type Scope =
  | { readonly kind: 'cluster' }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'workload'; readonly workload: Reference }
  | { readonly kind: 'component'; readonly components: readonly string[]; readonly workloads: readonly Reference[] }

/** cause_established: the first cause explains every symptom of its trouble and was observed directly.
 *  none_established: something is wrong, and nothing seen explains it so.
 *  nothing_wrong: all that was looked at could be read, and is well. unknown: not all of
 *  it could be read, or it was not well before the time that is looked back to. */
export type Verdict = 'cause_established' | 'none_established' | 'nothing_wrong' | 'unknown'

/** Why a cause stands where it stands. */
export interface Points {
  readonly rule: string
  readonly points: number
  readonly says: string
}

/** From the cause to what suffers, one object after the other. */
export interface Step {
  readonly object: Reference
  readonly says: string
}

/** An object that must be changed, with all that speaks for it. */
export interface Cause {
  readonly rank: number
  /** Which of the troubles it belongs to, from 1: independent troubles have causes of their own. */
  readonly trouble: number
  readonly object: Reference
  readonly because: string
  readonly isEstablished: boolean
  readonly score: number
  readonly points: readonly Points[]
  readonly evidence: readonly Evidence[]
  readonly chain: readonly Step[]
  /** Ids of the findings that it explains. */
  readonly explains: readonly string[]
  readonly remedies: readonly Remedy[]
}

export interface Symptom {
  readonly findingId: string
  readonly trouble: number
  readonly rule: string
  readonly severity: Severity
  readonly object: Reference
  readonly reason: string
  readonly summary: string
  readonly since: number | null
  readonly isExplained: boolean
}

/** What could have been the cause and is not, with the observation that shows it. */
export interface RuledOut {
  readonly object: Reference
  readonly hypothesis: string
  readonly observation: string
}

/** What the answer had to do without. */
export interface Unseen {
  readonly what: string
  readonly reason: string
}

export interface Diagnosis {
  readonly cluster: string
  readonly scope: Scope
  /** The time of the view, ms since 1970. */
  readonly at: number
  /** Only what began, happened again or was changed since then counts, ms since 1970; null: all that is known. */
  readonly since: number | null
  readonly verdict: Verdict
  readonly summary: string
  readonly causes: readonly Cause[]
  readonly symptoms: readonly Symptom[]
  readonly ruledOut: readonly RuledOut[]
  readonly unseen: readonly Unseen[]
  readonly nextStep: Remedy | null
  readonly runbooks: readonly MatchedRunbook[]
}
