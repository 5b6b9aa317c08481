import type { Reference } from '@akashic/kubernetes'
import { lookAt } from '../analyse/remedies.ts'
import type { Finding } from '../finding/finding.ts'
import { findingId } from '../finding/finding-id.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { withPasteable } from '../finding/pasteable.ts'
import { hideInDocument } from '../redaction/hide-credentials.ts'

/** The name under which findings about how a component performs are kept, beside those of clusters and databases. */
export const sourceOf = (component: string): string => `component/${component}`

/** What its users feel, and something else may be the reason of. */
const felt: ReadonlySet<string> = new Set(['perf-slow-response', 'perf-errors', 'perf-slower'])

/** Findings of a component as they are kept, each once. That pods ran out of memory is kept with their cluster, but for a heap
 *  that ran full, which only the logs tell that are read here.
 *  @param workload what runs it; null where that is not known. */
export function keptFindings(
  component: string,
  findings: readonly Finding[],
  workload: Reference | null,
): readonly GroupedFinding[] {
  const kept = findings
    .filter(({ rule, reason }) => !rule.startsWith('pod-') || reason === 'HeapOutOfMemory')
    .map((finding) => keptFinding(component, finding, workload))
  return [...new Map(kept.map((finding) => [finding.id, finding])).values()]
}

function keptFinding(component: string, finding: Finding, workload: Reference | null): GroupedFinding {
  const source = sourceOf(component)
  const { rule, part } = finding
  const object = finding.object.kind === 'Pod' ? (workload ?? finding.object) : finding.object
  const measured = lookAt('See what was measured of it', `akashic perf report --component ${component}`)
  return {
    ...hideInDocument(withPasteable(finding)),
    ...(felt.has(rule) && {
      involves: workload === null ? [] : [workload],
      remedies: [measured, ...finding.remedies],
    }),
    ...{ id: findingId(source, rule, object, part), cluster: source, object },
    ...{ affected: [finding.object], affectedCount: 1 },
  }
}
