import type { Blame, Evidence, Remedy } from '../../finding/finding.ts'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import type { OpenCase } from '../case.ts'

/** Why a finding is there: another finding, or an object to blame. */
export interface Link {
  /** Name of the rule, for the points of the score. */
  readonly rule: string
  /** Half a sentence that goes from the reason to what it brings about. */
  readonly says: string
  readonly to: GroupedFinding | Suspect
}

/** An object that a rule of the graph blames. */
export interface Suspect extends Blame {
  readonly evidence: readonly Evidence[]
  readonly remedies: readonly Remedy[]
  /** What more than the rule itself speaks for it. */
  readonly corroboration: readonly string[]
}

/** Finds reasons for a finding. Pure, and the same for every kind of trouble that the graph can carry. */
export type LinkRule = (open: OpenCase, finding: GroupedFinding) => Iterable<Link>

export const isFinding = (to: Link['to']): to is GroupedFinding => 'rule' in to

/** What is only worth knowing explains nothing, unless it blames an object; high memory explains that it runs out, by a rule
 *  of its own, and nothing else. */
export const canExplain = ({ rule, severity, blames }: GroupedFinding): boolean =>
  !rule.startsWith('memory-') && (severity !== 'info' || blames.length > 0)
