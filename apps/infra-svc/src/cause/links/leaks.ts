import type { LinkRule } from './link.ts'

/** Memory ran out of a container that leaks: not its limit is at fault, nor its node. */
export const leaks: LinkRule = function* (open, finding) {
  if (finding.rule !== 'pod-out-of-memory') return
  for (const other of open.findingsOn(finding.object)) {
    if (other.reason !== 'MemoryLeak' || other.part !== finding.part || other.severity === 'info') continue
    yield { rule: 'leaks', says: 'its memory grows until it runs out', to: other }
  }
}
