import type { Finding } from '../finding/finding.ts'

/** What people who had this trouble before wrote down. */
export interface Runbook {
  /** Name of its file. */
  readonly id: string
  readonly title: string
  /** Rules of findings that it is for. */
  readonly rules: readonly string[]
  /** Words of logs and events that it is for; upper and lower case are the same. */
  readonly logs: readonly string[]
  /** Markdown. */
  readonly body: string
}

export interface MatchedRunbook {
  readonly id: string
  readonly title: string
  /** Half a sentence. */
  readonly because: string
}

/** The runbooks for these findings: those whose words stand in what was seen, else those that are for the rule alone and
 *  name no words. The best match first. */
export function matchRunbooks(
  runbooks: readonly Runbook[],
  findings: readonly Pick<Finding, 'rule' | 'evidence'>[],
): readonly MatchedRunbook[] {
  const rules = new Set(findings.map(({ rule }) => rule))
  const seen = findings
    .flatMap(({ evidence }) =>
      evidence.filter(({ kind }) => kind === 'log' || kind === 'event').map(({ quote }) => quote),
    )
    .join('\n')
    .toLowerCase()
  const matched = runbooks.flatMap((runbook) => {
    const rule = runbook.rules.find((each) => rules.has(each))
    const words = runbook.logs.filter((each) => seen.includes(each.toLowerCase()))
    if (rule === undefined || (words.length === 0 && !ofRuleAlone.has(rule))) return []
    const because = words.length > 0 ? `what was seen says "${words[0]!}"` : `it is for ${rule}`
    return [{ runbook, because, weight: words.length }]
  })
  return matched
    .toSorted((a, b) => b.weight - a.weight || a.runbook.id.localeCompare(b.runbook.id))
    .map(({ runbook: { id, title }, because }) => ({ id, title, because }))
}

/** Findings that say by themselves what a runbook is for. */
const ofRuleAlone = new Set([
  'pod-out-of-memory',
  'pod-config-error',
  'config-missing',
  'pod-mount-failed',
  'node-pressure',
  'memory-high',
  'memory-leak',
  'perf-slow-response',
  'perf-slower',
  'perf-slow-statement',
  'perf-resource-used-up',
])
