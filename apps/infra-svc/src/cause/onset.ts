import { conditionOf } from '@akashic/kubernetes'
import type { GroupedFinding } from '../finding/group-findings.ts'
import type { OpenCase } from './case.ts'

/** Since when a finding's pods have not been ready, or else since when the finding says; ms since 1970. */
export function onsetOf(open: OpenCase, finding: GroupedFinding): number | null {
  const notReady = open.podsOf(finding).flatMap((pod) => {
    const ready = conditionOf(pod, 'Ready')
    return ready && ready.status !== 'True' && ready.since !== null ? ready.since : []
  })
  return notReady.length > 0 ? Math.min(...notReady) : finding.since
}
