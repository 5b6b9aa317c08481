import { referenceTo } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { fieldQuote } from '../quote.ts'
import { describe, lookAt } from '../remedies.ts'

const recentMs = 3_600_000

/** A pod that a kubelet put out to save its node. */
export const evicted: Analyser = {
  rules: ['pod-evicted'],
  needs: ['Pod'],
  *find({ view, now }) {
    for (const pod of view.all('Pod')) {
      if (pod.phase !== 'Failed' || pod.reason !== 'Evicted') continue
      const since = pod.startedAt ?? pod.createdAt
      if (since !== null && now - since > recentMs * 24) continue
      const node = view.get('Node', '', pod.nodeName)
      const isPressed =
        node?.conditions.some(({ type, status }) => type.endsWith('Pressure') && status === 'True') ?? false
      const owner = topOwner(view, pod)
      yield {
        rule: 'pod-evicted',
        severity: isPressed ? 'warning' : 'info',
        object: referenceTo(pod),
        uid: pod.uid,
        part: '',
        reason: 'Evicted',
        summary: `It was evicted: ${pod.message.trim() || 'the kubelet does not say why'}`,
        evidence: [fieldQuote(pod, 'status.message', pod.message, since)],
        remedies: [lookAt('See what its node runs short of', `kubectl describe node ${pod.nodeName}`), describe(owner)],
        blames: [],
        involves: [{ kind: 'Node', namespace: '', name: pod.nodeName }],
        since,
      }
    }
  },
}
