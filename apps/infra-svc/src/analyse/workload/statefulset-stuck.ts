import { conditionOf, isReady, referenceTo, type ClusterView, type Pod, type StatefulSet } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { podsOf } from '../owner.ts'
import { fieldQuote } from '../quote.ts'
import { describe, undoRollout } from '../remedies.ts'

/** A StatefulSet has no deadline for its progress: the usual one of a Deployment stands in. */
const deadlineMs = 600_000
const revisionLabel = 'controller-revision-hash'

/** An update of a StatefulSet that waits for a pod of the new revision. With the usual ordered management it goes on
 *  waiting after the template was put right. Source: the API's StatefulSet, "Forced rollback". */
export const statefulSetStuck: Analyser = {
  rules: ['statefulset-stuck'],
  needs: ['StatefulSet', 'Pod'],
  *find({ view, now }) {
    for (const set of view.all('StatefulSet')) {
      if (set.strategy !== 'RollingUpdate' || set.updateRevision === '' || set.updateRevision === set.currentRevision)
        continue
      // A pod counts as updated as soon as it is made; only a partition ends an update before its revision is the current one.
      if (set.partition > 0 && set.updatedReplicas >= set.replicas - set.partition) continue
      const waited = podThatIsWaitedFor(view, set)
      if (!waited) continue
      const since = conditionOf(waited, 'Ready')?.since ?? waited.startedAt ?? waited.createdAt
      if (since !== null && now - since < deadlineMs) continue
      const object = referenceTo(set)
      yield {
        ...{ rule: 'statefulset-stuck', severity: 'critical', object, uid: set.uid, part: '' },
        reason: 'UpdateStuck',
        summary: `Its update stands still: ${set.updatedReplicas} of ${set.replicas} pods are of the new revision, and ${waited.name} does not become ready.`,
        evidence: [
          fieldQuote(set, 'status.updateRevision', `${set.updateRevision}, and ${set.currentRevision} before`),
          fieldQuote(waited, 'status.conditions[Ready]', conditionOf(waited, 'Ready')?.message || 'not ready', since),
        ],
        remedies: [describe(waited), ...undoRollout(view, object), makeAgain(waited)],
        ...{ blames: [], involves: [], since },
      }
    }
  },
}

/** Of the new revision, or of a revision that is neither: one that was put right too late. */
function podThatIsWaitedFor(view: ClusterView, set: StatefulSet): Pod | undefined {
  return podsOf(view, set).find(
    (pod) => pod.labels[revisionLabel] !== set.currentRevision && pod.deletedAt === null && !isReady(pod),
  )
}

const makeAgain = ({ namespace, name }: Pod) => ({
  title: 'Once the template is right, let the pod be made again',
  command: `kubectl delete pod -n ${namespace} ${name}`,
  changes: 'the pod is ended and made again of the present template; its claims stay',
  undo: null,
  isDestructive: true,
})
