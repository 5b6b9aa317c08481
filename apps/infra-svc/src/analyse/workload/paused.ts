import { conditionOf, referenceTo } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'

/** A pause is somebody's work under way; one that outlasts a day may have been forgotten. */
const forgottenMs = 86_400_000

/** A rollout that was paused, and whose new revision waits since. */
export const paused: Analyser = {
  rules: ['deployment-paused'],
  needs: ['Deployment'],
  *find({ view, now }) {
    for (const deployment of view.all('Deployment')) {
      const { isPaused, updatedReplicas, replicas } = deployment
      const progressing = conditionOf(deployment, 'Progressing')
      if (!isPaused || updatedReplicas >= replicas || progressing?.reason !== 'DeploymentPaused') continue
      const { since } = progressing
      if (since === null || now - since < forgottenMs) continue
      const object = referenceTo(deployment)
      yield {
        ...{ rule: 'deployment-paused', severity: 'info', object, uid: deployment.uid, part: '' },
        reason: 'DeploymentPaused',
        summary: `Its rollout has been paused since ${new Date(since).toISOString()}: ${updatedReplicas} of ${replicas} pods are of the new revision.`,
        evidence: [
          fieldQuote(deployment, 'spec.paused', 'true'),
          fieldQuote(
            deployment,
            'status.conditions[Progressing]',
            `${progressing.reason}: ${progressing.message}`,
            since,
          ),
        ],
        remedies: [
          describe(object),
          {
            title: 'Go on with the rollout, if nobody waits for anything',
            command: `kubectl rollout resume -n ${deployment.namespace} deployment/${deployment.name}`,
            changes: 'which revision the pods are of',
            undo: `kubectl rollout pause -n ${deployment.namespace} deployment/${deployment.name}`,
            isDestructive: false,
          },
        ],
        ...{ blames: [], involves: [], since },
      }
    }
  },
}
