import { conditionOf, referenceTo } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'
import { templateQuote } from '../template-quote.ts'

/** Queues hold pods back for a while, and mean it. */
const patienceMs = 10 * 60_000

/** A pod that the scheduler does not look at, as nobody has taken its gates away.
 *  Source: the API's PodSchedulingReadiness. */
export const schedulingGated: Analyser = {
  rules: ['pod-scheduling-gated'],
  needs: ['Pod'],
  *find({ view, now }) {
    for (const pod of view.all('Pod')) {
      if (pod.spec.schedulingGates.length === 0 || pod.nodeName !== '' || pod.phase !== 'Pending') continue
      if (pod.deletedAt !== null) continue
      const scheduled = conditionOf(pod, 'PodScheduled')
      const since = scheduled?.since ?? pod.createdAt
      if (since !== null && now - since < patienceMs) continue
      const gates = pod.spec.schedulingGates.join(', ')
      const owner = topOwner(view, pod)
      yield {
        rule: 'pod-scheduling-gated',
        severity: 'warning',
        object: referenceTo(pod),
        uid: pod.uid,
        part: '',
        reason: 'SchedulingGated',
        summary: `It is not scheduled, as its gates ${gates} are still there.`,
        evidence: [
          fieldQuote(pod, 'spec.schedulingGates', gates, since),
          ...(scheduled
            ? [fieldQuote(pod, 'status.conditions[PodScheduled]', `${scheduled.reason}: ${scheduled.message}`, since)]
            : []),
        ],
        remedies: [
          describe(pod),
          {
            title: 'Take the gates away, where whoever should do so is gone',
            command: `kubectl patch pod -n ${pod.namespace} ${pod.name} --type=json -p '[{"op":"remove","path":"/spec/schedulingGates"}]'`,
            changes: 'whether the scheduler looks at this pod',
            undo: 'a pod that has lost its gates cannot get them back: its owner makes a gated one again when it is deleted',
            isDestructive: false,
          },
        ],
        blames: [
          {
            object: owner,
            because: `its pods have the scheduling gates ${gates}, which nobody takes away`,
            strength: 'direct',
            evidence: templateQuote(view, owner, 'schedulingGates[].name', () => gates),
          },
        ],
        involves: [],
        since,
      }
    }
  },
}
