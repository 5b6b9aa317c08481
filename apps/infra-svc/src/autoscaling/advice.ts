import { referenceTo, type Reference } from '@akashic/kubernetes'
import type { Evidence, Finding, Severity } from '../finding/finding.ts'
import { hideCredentials } from '../redaction/hide-credentials.ts'

/** What the audit says of one object: critical does not scale as it should now, warning will not or costs, info is how it
 *  could be better. */
export interface Advice {
  /** The documented id of what was found, such as `hpa-missing-request`. */
  readonly rule: string
  readonly severity: Severity
  readonly object: Reference
  /** Such as the container; '' where the advice is on the whole. */
  readonly part: string
  readonly summary: string
  readonly evidence: readonly Evidence[]
  /** The sums behind what is said, one a line; none where it is plain. */
  readonly arithmetic: readonly string[]
}

/** Something that could not be looked at. */
export interface Unknown {
  readonly what: string
  readonly reason: string
}

type Told = Pick<Advice, 'rule' | 'severity' | 'summary'> & Partial<Advice>

export const advise = (object: Reference, told: Told): Advice => ({
  ...{ part: '', evidence: [], arithmetic: [] },
  ...told,
  // Conditions and what an API answers are of others, and may carry credentials.
  summary: hideCredentials(told.summary),
  object: referenceTo(object),
})

/** What is kept as a finding too, as the audit tells it. */
export const adviceOf = ({ rule, severity, object, part, summary, evidence }: Finding): Advice =>
  advise(object, { rule, severity, part, summary, evidence })

const order: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 }

export const worstFirst = (advice: readonly Advice[]): readonly Advice[] =>
  advice.toSorted(
    (a, b) => order[a.severity] - order[b.severity] || a.rule.localeCompare(b.rule) || a.part.localeCompare(b.part),
  )
