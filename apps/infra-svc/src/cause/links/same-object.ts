import type { GroupedFinding } from '../../finding/group-findings.ts'
import type { LinkRule } from './link.ts'

/** How near a finding is to the outside: what is nearer to the process or to the object's own words explains what is
 *  further out. Rules of one depth do not explain each other. */
function depth({ rule, blames }: GroupedFinding): number {
  if (/-unavailable$|-stuck$|^job-failed$|^hpa-|^cronjob-|^memory-/.test(rule)) return 0
  if (rule === 'pod-not-ready') return 1
  if (rule === 'pod-restarting') return 2
  if (rule === 'pod-crash-loop' || rule === 'pod-stuck-terminating') return blames.length > 0 ? 4 : 3
  return 4
}

/** A Deployment is unavailable because its pods crash; they crash because their memory runs out. */
export const sameObject: LinkRule = function* (open, finding) {
  for (const other of open.findingsOn(finding.object)) {
    if (depth(other) <= depth(finding) || other.severity === 'info') continue
    yield { rule: 'same-object', says: 'that is why', to: other }
  }
}
