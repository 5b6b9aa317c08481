import type { Reference } from '@akashic/kubernetes'
import { fieldQuote } from '../analyse/quote.ts'
import { describe, target } from '../analyse/remedies.ts'
import type { Blame, Remedy } from '../finding/finding.ts'

/** Have this many pods of a workload.
 *  @param before how many there are to be now. */
export const scale = (workload: Reference, before: number, replicas: number, title: string): Remedy => ({
  title,
  command: `kubectl scale ${target(workload)} --replicas=${replicas}`,
  changes: 'how many pods run; use Helm, Git or the autoscaler instead where they own the number',
  undo: `kubectl scale ${target(workload)} --replicas=${before}`,
  isDestructive: false,
})

/** What shows that a workload is to have no pods, and what gives it some. A DaemonSet has as many as nodes want it. */
export const ofNoReplicas = (workload: Reference, replicas = 1): Pick<Blame, 'evidence' | 'remedies'> =>
  workload.kind === 'DaemonSet'
    ? { evidence: [fieldQuote(workload, 'status.desiredNumberScheduled', 0)], remedies: [describe(workload)] }
    : {
        evidence: [fieldQuote(workload, 'spec.replicas', 0)],
        remedies: [scale(workload, 0, replicas, `Scale ${workload.kind} ${workload.name} up`)],
      }
