import { conditionOf, hasEnded, isReady, referenceTo, type Pod } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { fieldQuote } from '../quote.ts'
import { describe, lookAt } from '../remedies.ts'

/** A pod may take this long to become ready, or to end, before anybody is told. */
const patienceMs = 30_000
const terminationMs = 60_000

/** A pod that runs and serves nothing. */
export const notReady: Analyser = {
  rules: ['pod-not-ready'],
  needs: ['Pod'],
  *find({ view, now }) {
    for (const pod of view.all('Pod')) {
      if (pod.phase !== 'Running' || pod.deletedAt !== null || isReady(pod)) continue
      const ready = conditionOf(pod, 'Ready')
      const since = ready?.since ?? pod.startedAt
      if (since !== null && now - since < patienceMs && !isOverdue(pod)) continue
      yield {
        rule: 'pod-not-ready',
        severity: 'critical',
        object: referenceTo(pod),
        uid: pod.uid,
        part: '',
        reason: ready?.reason || 'NotReady',
        summary: `It runs and is not ready: ${ready?.message || ready?.reason || 'the cluster does not say why'}.`,
        evidence: [
          fieldQuote(
            pod,
            'status.conditions[Ready]',
            `${ready?.status ?? 'absent'} ${ready?.reason ?? ''} ${ready?.message ?? ''}`.trim(),
            since,
          ),
        ],
        remedies: [
          describe(pod),
          lookAt('Read its log', `kubectl logs -n ${pod.namespace} ${pod.name} --all-containers --tail=100`),
        ],
        blames: [],
        involves: [],
        since,
      }
    }
  },
}

/** The node controller says that the node is away: no patience helps. */
const isOverdue = (pod: Pod): boolean =>
  pod.statuses.length > 0 && conditionOf(pod, 'Ready')?.reason === 'NodeStatusUnknown'

/** A pod that was deleted and does not go. */
export const stuckTerminating: Analyser = {
  rules: ['pod-stuck-terminating'],
  needs: ['Pod'],
  *find({ view, now }) {
    for (const pod of view.all('Pod')) {
      // Of one that has ended only its node still has something to do, unless others hold it.
      if (pod.deletedAt === null || (hasEnded(pod) && pod.finalizers.length === 0)) continue
      const node = view.get('Node', '', pod.nodeName)
      const isNodeAway = node !== undefined && conditionOf(node, 'Ready')?.status !== 'True'
      if (now < pod.deletedAt + (isNodeAway ? 0 : terminationMs)) continue
      const owner = topOwner(view, pod)
      const held = pod.finalizers.join(', ')
      yield {
        rule: 'pod-stuck-terminating',
        severity: 'warning',
        object: referenceTo(pod),
        uid: pod.uid,
        part: '',
        reason: 'Terminating',
        summary:
          held === ''
            ? `It was deleted and is still there${isNodeAway ? `: its node ${pod.nodeName} is away` : ''}.`
            : `It was deleted and is held by the finalizers ${held}.`,
        evidence: [
          fieldQuote(pod, 'metadata.deletionTimestamp', new Date(pod.deletedAt).toISOString(), pod.deletedAt),
          ...(held === '' ? [] : [fieldQuote(pod, 'metadata.finalizers', held)]),
        ],
        remedies: [describe(owner)],
        blames: [],
        involves: pod.nodeName === '' ? [] : [{ kind: 'Node', namespace: '', name: pod.nodeName }],
        since: pod.deletedAt,
      }
    }
  },
}
