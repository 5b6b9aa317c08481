import { conditionOf, referenceTo, type Pod } from '@akashic/kubernetes'
import { ofOverflow } from '../../remedy/process.ts'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { fieldQuote } from '../quote.ts'
import { describe, lookAt } from '../remedies.ts'

const recentMs = 24 * 3_600_000
const soonMs = 3_600_000
const containerSaid = /^Container (\S+) exceeded/
/** A pod that is put out for what it wrote itself, whatever its node has left. Source: the kubelet's eviction manager. */
const ofItsOwn =
  /exceeded its local ephemeral storage limit|ephemeral local storage usage exceeds the total limit|Usage of EmptyDir volume .* exceeds the limit/

/** A pod that a kubelet put out to save its node. */
export const evicted: Analyser = {
  rules: ['pod-evicted'],
  needs: ['Pod'],
  *find({ view, now }) {
    for (const pod of view.all('Pod')) {
      if (pod.phase !== 'Failed' || pod.reason !== 'Evicted') continue
      const since = evictedAt(pod)
      if (since !== null && now - since > recentMs) continue
      const node = view.get('Node', '', pod.nodeName)
      const isPressed =
        node?.conditions.some(({ type, status }) => type.endsWith('Pressure') && status === 'True') ?? false
      const owner = topOwner(view, pod)
      const isOfItsOwn = ofItsOwn.test(pod.message) && (since === null || now - since < soonMs)
      yield {
        rule: 'pod-evicted',
        severity: isPressed || isOfItsOwn ? 'warning' : 'info',
        object: referenceTo(pod),
        uid: pod.uid,
        part: '',
        reason: 'Evicted',
        summary: `It was evicted: ${pod.message.trim() || 'the kubelet does not say why'}`,
        evidence: [fieldQuote(pod, 'status', `${pod.reason}: ${pod.message.trim()}`, since)],
        remedies: [lookAt('See what its node runs short of', `kubectl describe node ${pod.nodeName}`), describe(owner)],
        blames: ofItsOwn.test(pod.message)
          ? [
              {
                ...{ object: owner, because: `it writes more than it may: ${pod.message.trim()}`, strength: 'direct' },
                ...ofOverflow(view, owner, containerSaid.exec(pod.message)?.[1] ?? pod.spec.containers[0]?.name ?? ''),
              },
            ]
          : [],
        involves: [{ kind: 'Node', namespace: '', name: pod.nodeName }],
        since,
      }
    }
  },
}

/** Older kubelets do not say it: then it is when the last container ended, or when the pod began. */
function evictedAt(pod: Pod): number | null {
  const ended = pod.statuses.flatMap(({ now }) => now?.finishedAt ?? [])
  const said = conditionOf(pod, 'DisruptionTarget')?.since ?? conditionOf(pod, 'Ready')?.since
  return said ?? (ended.length > 0 ? Math.max(...ended) : (pod.startedAt ?? pod.createdAt))
}
