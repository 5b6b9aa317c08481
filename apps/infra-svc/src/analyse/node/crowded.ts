import { hasEnded, quantity, referenceTo } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { describe, lookAt } from '../remedies.ts'

const nearlyFull = 0.9
const oldestMinorsBehind = 3

/** A node that holds nearly as many pods as it may, or whose kubelet is older than the newest may have beside it. */
export const nodeLimits: Analyser = {
  rules: ['node-pods-near-limit', 'node-version-skew'],
  needs: ['Node', 'Pod'],
  *find({ view }) {
    const newest = Math.max(0, ...[...view.all('Node')].map(({ kubeletVersion }) => minorOf(kubeletVersion) ?? 0))
    for (const node of view.all('Node')) {
      const object = referenceTo(node)
      const common = {
        object,
        uid: node.uid,
        part: '',
        blames: [],
        involves: [],
        since: null,
        severity: 'warning',
      } as const
      const most = quantity(node.allocatable['pods'])
      const pods = view.podsOn(node.name).filter((pod) => !hasEnded(pod)).length
      if (most !== null && most > 0 && pods >= most * nearlyFull) {
        yield {
          ...common,
          rule: 'node-pods-near-limit',
          reason: 'PodsNearLimit',
          summary: `It holds ${pods} of the ${most} pods that it may.`,
          evidence: [fieldQuote(node, 'status.allocatable.pods', `${pods} of ${most}`)],
          remedies: [lookAt('See its pods', `kubectl get pods -A --field-selector spec.nodeName=${node.name}`)],
        }
      }
      const minor = minorOf(node.kubeletVersion)
      if (minor !== null && newest - minor > oldestMinorsBehind) {
        yield {
          ...common,
          rule: 'node-version-skew',
          reason: 'VersionSkew',
          summary: `Its kubelet ${node.kubeletVersion} is ${newest - minor} minor versions behind the newest, and ${oldestMinorsBehind} are supported.`,
          evidence: [fieldQuote(node, 'status.nodeInfo.kubeletVersion', node.kubeletVersion)],
          remedies: [describe(object)],
        }
      }
    }
  },
}

function minorOf(version: string): number | null {
  const minor = /^v1\.(\d+)/.exec(version)?.[1]
  return minor === undefined ? null : Number(minor)
}
