import type { Reference } from '@akashic/kubernetes'
import type { Blame, Evidence, Finding, Remedy, Severity } from '../../finding/finding.ts'

export const componentObject = (id: string): Reference => ({ kind: 'Component', namespace: '', name: id })

export interface Told {
  readonly rule: string
  readonly severity: Severity
  readonly component: string
  readonly reason: string
  readonly summary: string
  /** What was measured, by what it is. */
  readonly evidence: Readonly<Record<string, string>>
  readonly remedies: readonly Remedy[]
  readonly object?: Reference
  readonly part?: string
  readonly blames?: readonly Blame[]
  readonly atMs: number
}

/** A finding about how a component performs. */
export function componentFinding(told: Told): Finding {
  const { rule, severity, component, reason, summary, remedies, part = '', blames = [], atMs } = told
  const object = told.object ?? componentObject(component)
  const evidence = Object.entries(told.evidence).map(([where, quote]): Evidence => ({
    ...{ kind: 'metric', object, where, quote: quote.slice(0, 400), at: atMs },
  }))
  return {
    ...{ rule, severity, object, uid: '', part, reason, summary, evidence, remedies },
    ...{ blames, involves: [], since: null },
  }
}

/** What a rule says of a component. */
export interface Judged {
  readonly findings: readonly Finding[]
  /** What it could not judge. */
  readonly unknown: readonly { readonly what: string; readonly reason: string; readonly howToGet: string | null }[]
}
