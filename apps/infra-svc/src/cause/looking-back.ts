import type { GroupedFinding } from '../finding/group-findings.ts'
import type { OpenCase } from './case.ts'
import { onsetOf } from './onset.ts'

/** Whether a finding counts for a diagnosis that looks back to a time: it began then or later, a process of it ended
 *  again since, or nobody knows when it began. */
export function hasComeSince(open: OpenCase, finding: GroupedFinding): boolean {
  const { since } = open
  if (since === undefined) return true
  const began = onsetOf(open, finding)
  if (began === null || began >= since || (finding.since ?? began) >= since) return true
  return open
    .podsOf(finding)
    .some(({ statuses }) =>
      statuses.some(({ now, last }) => [now, last].some((run) => (run?.finishedAt ?? 0) >= since)),
    )
}
