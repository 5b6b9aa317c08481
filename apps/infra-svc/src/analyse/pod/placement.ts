import {
  selects,
  type Node,
  type PodSpec,
  type Requirement,
  type Taint,
  type Texts,
  type Toleration,
} from '@akashic/kubernetes'

/** Taints that the node controller puts and takes away by itself. */
export const lifecycleTaints = new Set([
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/unschedulable',
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/pid-pressure',
  'node.kubernetes.io/network-unavailable',
])

/** What a pod demands of a node's labels: one of the terms must hold. None: any node will do. Source: the API's
 *  nodeSelector and requiredDuringSchedulingIgnoredDuringExecution. */
export function neededNodes({ nodeSelector, affinity }: PodSpec): readonly (readonly Requirement[])[] {
  const selected = Object.entries(nodeSelector).map(([key, value]) => ({ key, operator: 'In', values: [value] }))
  const terms = termsOf(affinity)
  if (terms.length === 0) return selected.length === 0 ? [] : [selected]
  return terms.map((term) => [...selected, ...term])
}

interface Term {
  readonly matchExpressions?: readonly Partial<Requirement>[]
  /** Of the node itself, as a DaemonSet binds each pod to its node: `metadata.name`. */
  readonly matchFields?: readonly Partial<Requirement>[]
}

interface AffinityOfApi {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms?: readonly Term[]
    }
  }
}

function termsOf(affinity: unknown): readonly (readonly Requirement[])[] {
  const terms = (affinity as AffinityOfApi | null)?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    ?.nodeSelectorTerms
  if (!Array.isArray(terms)) return []
  return (terms as readonly Term[]).map(({ matchExpressions = [], matchFields = [] }) =>
    [...matchExpressions, ...matchFields].map(({ key = '', operator = '', values = [] }) => ({
      key,
      operator,
      values,
    })),
  )
}

export function mayRunOn(node: Pick<Node, 'name' | 'labels'>, terms: readonly (readonly Requirement[])[]): boolean {
  const fields = { ...node.labels, 'metadata.name': node.name }
  return terms.length === 0 || terms.some((term) => term.length > 0 && term.every((each) => holds(each, fields)))
}

/** Nodes have two operators more than labels elsewhere. Source: the API's NodeSelectorRequirement. */
function holds(requirement: Requirement, fields: Texts): boolean {
  const { key, operator, values } = requirement
  if (operator !== 'Gt' && operator !== 'Lt') return selects({ labels: {}, expressions: [requirement] }, fields)
  const [given, bound] = [Number(fields[key]), Number(values[0])]
  return operator === 'Gt' ? given > bound : given < bound
}

/** Source: the API's Toleration. An empty key with Exists tolerates everything; an empty effect every effect. */
export function tolerates(tolerations: readonly Toleration[], taint: Pick<Taint, 'key' | 'value' | 'effect'>): boolean {
  return tolerations.some(
    ({ key, operator, value, effect }) =>
      (effect === '' || effect === taint.effect) &&
      (operator === 'Exists' ? key === '' || key === taint.key : key === taint.key && value === taint.value),
  )
}

/** Whether a taint keeps a pod off its node. */
export const repels = (
  { tolerations }: Pick<PodSpec, 'tolerations'>,
  taint: Pick<Taint, 'key' | 'value' | 'effect'>,
): boolean => (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !tolerates(tolerations, taint)

/** Of a taint that somebody put on the node, and that stays until somebody takes it away. */
export const isLasting = ({ key }: Pick<Taint, 'key'>): boolean => !lifecycleTaints.has(key)

export const textOf = (terms: readonly (readonly Requirement[])[]): string =>
  terms
    .map((term) =>
      term.map(({ key, operator, values }) => `${key} ${operator} ${values.join(',')}`.trim()).join(' and '),
    )
    .join(' or ')
