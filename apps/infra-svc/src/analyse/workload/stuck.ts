import { conditionOf, referenceTo } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { describe, undoRollout } from '../remedies.ts'

/** A rollout that does not go on: the deadline for its progress has passed. A paused one is meant to stand still. */
export const stuck: Analyser = {
  rules: ['deployment-stuck'],
  needs: ['Deployment'],
  *find({ view }) {
    for (const deployment of view.all('Deployment')) {
      const progressing = conditionOf(deployment, 'Progressing')
      if (deployment.isPaused || deployment.deletedAt !== null || progressing?.reason !== 'ProgressDeadlineExceeded')
        continue
      const { maxSurge, maxUnavailable, updatedReplicas, replicas, currentReplicas } = deployment
      const reference = referenceTo(deployment)
      yield {
        rule: 'deployment-stuck',
        severity: 'critical',
        object: reference,
        uid: deployment.uid,
        part: '',
        reason: 'ProgressDeadlineExceeded',
        summary: `Its rollout stands still: ${updatedReplicas} of ${replicas} pods are of the new revision.`,
        evidence: [
          fieldQuote(deployment, 'status.conditions[Progressing]', progressing.message, progressing.since),
          fieldQuote(
            deployment,
            'spec.strategy.rollingUpdate',
            `maxSurge ${maxSurge}, maxUnavailable ${maxUnavailable}, ${currentReplicas} pods now`,
          ),
        ],
        remedies: [describe(deployment), ...undoRollout(view, reference)],
        blames: [],
        involves: [],
        since: progressing.since,
      }
    }
  },
}
