import { conditionOf, referenceTo } from '@akashic/kubernetes'
import { mayRunOn, neededNodes } from '../pod/placement.ts'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'

/** A cordoned node is somebody's work under way, and told only while pods wait that could run there. */
export const nodeCordoned: Analyser = {
  rules: ['node-cordoned'],
  needs: ['Node', 'Pod'],
  *find({ view }) {
    const cordoned = [...view.all('Node')].filter(({ isCordoned }) => isCordoned)
    if (cordoned.length === 0) return
    const waiting = [...view.all('Pod')].filter(
      (pod) =>
        pod.nodeName === '' &&
        pod.phase === 'Pending' &&
        /unschedulable/.test(conditionOf(pod, 'PodScheduled')?.message ?? ''),
    )
    for (const node of cordoned) {
      const kept = waiting.filter(({ spec }) => mayRunOn(node, neededNodes(spec)))
      if (kept.length === 0) continue
      const object = referenceTo(node)
      const taint = node.taints.find(({ key }) => key === 'node.kubernetes.io/unschedulable')
      yield {
        rule: 'node-cordoned',
        severity: 'warning',
        object,
        uid: node.uid,
        part: '',
        reason: 'SchedulingDisabled',
        summary: `It is cordoned, and ${kept.length} pods wait that could run there.`,
        evidence: [fieldQuote(node, 'spec.unschedulable', 'true', taint?.since ?? null)],
        remedies: [
          {
            title: 'Let pods on it again, if the work is done',
            command: `kubectl uncordon ${node.name}`,
            changes: 'whether pods may be scheduled on the node',
            undo: `kubectl cordon ${node.name}`,
            isDestructive: false,
          },
        ],
        blames: [{ object, because: 'it is cordoned, and no other node takes the pods', strength: 'direct' }],
        involves: [],
        since: taint?.since ?? null,
      }
    }
  },
}
