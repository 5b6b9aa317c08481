import { referenceTo, type ClusterView, type DaemonSet, type Node } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { podsOf } from '../owner.ts'
import { lifecycleTaints, mayRunOn, neededNodes, tolerates } from '../pod/placement.ts'
import { fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'

/** Pods of a DaemonSet on nodes that it is not meant for any more. They go on working. */
export const misscheduled: Analyser = {
  rules: ['daemonset-misscheduled'],
  needs: ['DaemonSet', 'Pod', 'Node'],
  *find({ view }) {
    for (const set of view.all('DaemonSet')) {
      if (set.misscheduled === 0 || set.deletedAt !== null) continue
      const object = referenceTo(set)
      const wrong = wrongNodes(view, set)
      yield {
        ...{ rule: 'daemonset-misscheduled', severity: 'info', object, uid: set.uid, part: '' },
        reason: 'Misscheduled',
        summary: `${set.misscheduled} of its pods are on nodes that it is not meant for${wrong.length === 0 ? '' : `: ${wrong.map(({ node, why }) => `${node.name} (${why})`).join(', ')}`}.`,
        evidence: [
          fieldQuote(set, 'status.numberMisscheduled', set.misscheduled),
          ...wrong
            .slice(0, 3)
            .map(({ node, why }) => fieldQuote(node, why.startsWith('taint') ? 'spec.taints' : 'metadata.labels', why)),
        ],
        remedies: [describe(object)],
        ...{ blames: [], involves: wrong.map(({ node }) => referenceTo(node)), since: null },
      }
    }
  },
}

function wrongNodes(view: ClusterView, set: DaemonSet): readonly { readonly node: Node; readonly why: string }[] {
  const needed = neededNodes(set.template.spec)
  return podsOf(view, set).flatMap(({ nodeName }) => {
    const node = view.get('Node', '', nodeName)
    if (!node) return []
    if (!mayRunOn(node, needed)) return [{ node, why: 'its labels do not fit the selector' }]
    const taint = node.taints.find(
      (each) =>
        each.effect !== 'PreferNoSchedule' &&
        !lifecycleTaints.has(each.key) &&
        !tolerates(set.template.spec.tolerations, each),
    )
    return taint ? [{ node, why: `taint ${taint.key}=${taint.value}:${taint.effect} is not tolerated` }] : []
  })
}
