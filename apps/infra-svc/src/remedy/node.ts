import type { Node, Reference } from '@akashic/kubernetes'
import { fieldAbsence, fieldQuote } from '../analyse/quote.ts'
import { describe, edit } from '../analyse/remedies.ts'
import type { FieldChange } from '../change/change.ts'
import type { Blame, Remedy } from '../finding/finding.ts'

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

/** A node that holds as many pods as it may. */
export const ofFullNode = (node: Node): Pick<Blame, 'because' | 'evidence' | 'remedies'> => ({
  because: `it holds as many pods as it may (${node.allocatable['pods'] ?? ''}), and no other node would take these`,
  evidence: [fieldQuote(node, 'status.allocatable.pods', node.allocatable['pods'] ?? '')],
  remedies: [
    describe(node),
    {
      title: 'Let another node take them: add one of its kind, or give one its labels',
      command: null,
      changes: 'where the pods may run',
      undo: 'take the node or the labels away again',
      isDestructive: false,
    },
  ],
})

/** Labels and taints of a node that were changed, as they are now, and how to put them back. */
export const ofChangedNode = (node: Node, fields: readonly FieldChange[]): Pick<Blame, 'evidence' | 'remedies'> => ({
  evidence: fields.flatMap(({ path }) => {
    if (path === 'spec.taints')
      return node.taints.map(({ key, effect }) => fieldQuote(node, `spec.taints[${key}].effect`, effect))
    if (!path.startsWith(labels)) return []
    const key = path.slice(labels.length)
    const where = `metadata.labels[${key}]`
    return node.labels[key] === undefined ? fieldAbsence(node, where) : fieldQuote(node, where, node.labels[key])
  }),
  remedies: [
    ...fields.flatMap(({ path, before, after }) =>
      path.startsWith(labels) ? relabel(node, path.slice(labels.length), before, after) : [],
    ),
    edit(
      node,
      'Put back the labels and taints that it had, if they were not changed on purpose',
      'which pods it takes',
    ),
  ],
})

const labels = 'metadata.labels.'
const plain = /^[\w./-]+$/

function relabel({ name }: Reference, key: string, before: string | null, after: string | null): readonly Remedy[] {
  if (![key, before ?? '', after ?? ''].every((text) => text === '' || plain.test(text))) return []
  const to = (value: string | null): string =>
    `kubectl label node ${name} ${value === null ? `${key}-` : `${key}=${value}`} --overwrite`
  return [
    {
      title: 'Give it back the label that it had',
      command: to(before),
      changes: 'a label of the node, and so which pods it takes',
      undo: to(after),
      isDestructive: false,
    },
  ]
}
