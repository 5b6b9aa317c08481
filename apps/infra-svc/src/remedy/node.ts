import type { Reference } from '@akashic/kubernetes'
import { describe } from '../analyse/remedies.ts'
import type { Remedy } from '../finding/finding.ts'

export const cordon = ({ name }: Reference): Remedy => ({
  title: 'Let no more pods on it until it is well',
  command: `kubectl cordon ${name}`,
  changes: 'whether pods may be scheduled on the node; those on it stay',
  undo: `kubectl uncordon ${name}`,
  isDestructive: false,
})

/** See what ails a node, keep pods off it, and empty it. */
export const relieve = (node: Reference): readonly Remedy[] => [
  describe(node),
  cordon(node),
  {
    title: 'Move its pods elsewhere, as far as their disruption budgets allow',
    command: `kubectl drain ${node.name} --ignore-daemonsets --timeout=5m`,
    changes: 'the pods of the node are evicted and made again on others; it refuses where local data would be lost',
    undo: `kubectl uncordon ${node.name}`,
    isDestructive: true,
  },
]

/** A node whose kubelet is silent. Source: "Non-graceful node shutdown handling" in Kubernetes' documentation. */
export const giveUp = (node: Reference): readonly Remedy[] => [
  describe(node),
  cordon(node),
  {
    title: 'Once it is certain that the node is switched off: free its pods and volumes for other nodes',
    command: `kubectl taint nodes ${node.name} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`,
    changes:
      'its pods are deleted by force and their volumes detached; if the node still runs, two processes write to one volume',
    undo: `kubectl taint nodes ${node.name} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute-`,
    isDestructive: true,
  },
]
