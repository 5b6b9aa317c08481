import {
  quantity,
  referenceTo,
  type ClusterView,
  type Deployment,
  type Node,
  type PersistentVolume,
  type Reference,
  type Taint,
} from '@akashic/kubernetes'
import { leftOn, requested } from '../analyse/pod/room.ts'
import { fieldQuote } from '../analyse/quote.ts'
import { lookAt, target } from '../analyse/remedies.ts'
import { containerQuote, podSpecOf, templateQuote } from '../analyse/template-quote.ts'
import type { Blame, Remedy } from '../finding/finding.ts'
import { patch } from './command.ts'
import { keeperOf, throughKeeper } from './keeper.ts'
import { scale } from './scale.ts'
import { alterTemplate, changeByHand, patchTemplate, setResources } from './template.ts'

type Own = Pick<Blame, 'evidence' | 'remedies'>

interface Ask {
  readonly container: string
  readonly resource: string
  /** Where the pod may run. */
  readonly nodes: readonly Node[]
}

/** What a container asks for that is more than any node has, and as much as is left for it where most is left. Less than
 *  half of what was asked for is taken for too little to work with. */
export function ofRequest(view: ClusterView, owner: Reference, { container, resource, nodes }: Ask): Own {
  const evidence = containerQuote(
    view,
    owner,
    container,
    `resources.requests[${resource}]`,
    ({ requests }) => requests[resource],
  )
  const containers = podSpecOf(view, owner)?.containers ?? []
  const asked = quantity(containers.find(({ name }) => name === container)?.requests[resource]) ?? 0
  const others = requested(
    containers.filter(({ name }) => name !== container),
    resource,
  )
  const [most] = nodes.map((node) => ({ node, left: leftOn(view, node, resource) })).toSorted((a, b) => b.left - a.left)
  const mayHave = (most?.left ?? 0) - others
  const amount = mayHave < asked / 2 ? null : amountText(resource, mayHave)
  if (!most || amount === null) return { evidence, remedies: makeRoom(view, owner, container, resource) }
  return {
    evidence,
    remedies: setResources(
      view,
      owner,
      container,
      [`--requests=${resource}=${amount}`],
      `Let container ${container} ask for no more ${resource} than ${amount}, which Node ${most.node.name} has left`,
    ),
  }
}

const makeRoom = (view: ClusterView, owner: Reference, container: string, resource: string): readonly Remedy[] => [
  {
    title: `Add a node that has as much ${resource} as its pods ask for`,
    command: null,
    changes: 'how much the cluster has room for',
    undo: 'drain the node and take it away',
    isDestructive: false,
  },
  ...changeByHand(
    view,
    owner,
    `Let container ${container} ask for less ${resource}, if it can work with that`,
    askedFor,
  ),
]

const askedFor = 'what its pods ask for'

/** Null for less than is of any use, and for what is counted in other ways. */
function amountText(resource: string, amount: number): string | null {
  if (resource === 'cpu') return amount < 0.01 ? null : `${Math.floor(amount * 1_000)}m`
  if (resource === 'memory' || resource === 'ephemeral-storage')
    return amount < 2 ** 20 ? null : `${Math.floor(amount / 2 ** 20)}Mi`
  return null
}

/** Which nodes a template wants, and how to let it want any. */
export function ofNodeRule(view: ClusterView, owner: Reference): Own {
  const spec = podSpecOf(view, owner)
  if (!spec) return {}
  const selected = Object.entries(spec.nodeSelector)
  const evidence = [
    ...selected.flatMap(([key, value]) => templateQuote(view, owner, `nodeSelector[${key}]`, () => value)),
    ...(nodeAffinityOf(spec.affinity) === undefined
      ? []
      : templateQuote(view, owner, 'affinity.nodeAffinity', () => nodeAffinityOf(spec.affinity))),
  ]
  if (selected.length === 0)
    return { evidence, remedies: changeByHand(view, owner, 'Let its affinity allow a node', whereItRuns) }
  const none = Object.fromEntries(selected.map(([key]) => [key, null]))
  return {
    evidence,
    remedies: [
      lookAt('See which labels the nodes have', 'kubectl get nodes --show-labels'),
      ...patchTemplate(
        view,
        owner,
        { nodeSelector: none },
        {
          title: 'Let it run on any node, if it need not be on such a one',
          changes: whereItRuns,
        },
      ),
    ],
  }
}

const whereItRuns = 'on which nodes its pods may run'

const nodeAffinityOf = (affinity: unknown): object | undefined =>
  (affinity as { readonly nodeAffinity?: object } | null)?.nodeAffinity

/** Which taints a template tolerates, and how to let it tolerate one more. */
export function ofToleration(view: ClusterView, owner: Reference, { key, value, effect }: Taint): Own {
  const spec = podSpecOf(view, owner)
  if (!spec) return {}
  const toleration = { key, ...(value === '' ? { operator: 'Exists' } : { operator: 'Equal', value }), effect }
  const isFirst = spec.tolerations.length === 0
  return {
    evidence: isFirst
      ? templateQuote(view, owner, 'tolerations', () => null)
      : templateQuote(view, owner, 'tolerations[].key', () => spec.tolerations.map((each) => each.key).join(', ')),
    remedies: alterTemplate(
      view,
      owner,
      [{ op: 'add', at: isFirst ? ['tolerations'] : ['tolerations', '-'], value: isFirst ? [toleration] : toleration }],
      {
        title: `Let it tolerate ${key}, if it is meant for such nodes`,
        changes: whereItRuns,
      },
    ),
  }
}

/** How a Deployment replaces its pods, and how to let an old one end first. */
export function ofStrategy(view: ClusterView, owner: Reference): Own {
  const deployment = view.find(owner)
  if (deployment?.kind !== 'Deployment') return {}
  const { maxSurge, maxUnavailable } = deployment
  const at = 'spec.strategy.rollingUpdate'
  return {
    evidence: [
      fieldQuote(owner, `${at}.maxUnavailable`, maxUnavailable),
      fieldQuote(owner, `${at}.maxSurge`, maxSurge),
    ],
    remedies: [endFirst(view, deployment)],
  }
}

function endFirst(view: ClusterView, deployment: Deployment): Remedy {
  const { maxUnavailable, replicas } = deployment
  const owner = referenceTo(deployment)
  const title = 'Let one old pod end before a new one is ready'
  const meanwhile =
    replicas <= 1 ? 'nobody serves while its only pod is replaced' : 'one fewer serves while a rollout goes on'
  const changes = `how its pods are replaced: ${meanwhile}`
  const keeper = keeperOf(view, owner)
  if (keeper) return throughKeeper(keeper, title, changes)
  return patch(owner, {
    ...{ title, changes },
    to: { spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } },
    back: { spec: { strategy: { rollingUpdate: { maxUnavailable: asWritten(maxUnavailable) } } } },
  })
}

const asWritten = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text)

export type PlacementRule = 'ports' | 'affinity' | 'spread'

/** A rule of the template by which its pods keep each other from the nodes. */
export function ofRule(view: ClusterView, owner: Reference, rule: PlacementRule): Own {
  const spec = podSpecOf(view, owner)
  if (!spec) return {}
  if (rule === 'ports') return ofPorts(view, owner)
  if (rule === 'affinity') {
    return {
      evidence: templateQuote(view, owner, 'affinity', () => spec.affinity as object | null),
      remedies: changeByHand(view, owner, 'Let its affinity to other pods be preferred, not required', whereItRuns),
    }
  }
  const constraints = spec.topologySpread as readonly { readonly whenUnsatisfiable?: string }[]
  return {
    evidence: templateQuote(view, owner, 'topologySpreadConstraints', () => spec.topologySpread),
    remedies: alterTemplate(
      view,
      owner,
      constraints.flatMap(({ whenUnsatisfiable = '' }, index) =>
        whenUnsatisfiable === 'ScheduleAnyway'
          ? []
          : [
              {
                op: 'replace' as const,
                at: ['topologySpreadConstraints', index, 'whenUnsatisfiable'],
                value: 'ScheduleAnyway',
              },
            ],
      ),
      { title: 'Let it be spread as well as can be', changes: 'how strictly its pods are spread over the nodes' },
    ),
  }
}

function ofPorts(view: ClusterView, owner: Reference): Own {
  const containers = podSpecOf(view, owner)?.containers.filter(({ role }) => role === 'app') ?? []
  const taken = containers.flatMap((container, index) =>
    container.ports.flatMap((port, place) => (port.hostPort === null ? [] : [{ container, index, port, place }])),
  )
  return {
    evidence: taken.flatMap(({ container, port }) =>
      containerQuote(view, owner, container.name, `ports[${port.name || port.port}].hostPort`, () => port.hostPort),
    ),
    remedies: [
      ...alterTemplate(
        view,
        owner,
        taken.map(({ index, place }) => ({ op: 'remove', at: ['containers', index, 'ports', place, 'hostPort'] })),
        {
          title: 'Take no port of the node, if a Service can lead to its pods',
          changes: 'at the nodes’ own addresses it is not reached any more',
        },
      ),
    ],
  }
}

/** A claim that one pod may use, and how many want it. */
export function ofSingleUse(view: ClusterView, owner: Reference, claim: Reference): Own {
  const found = view.find(claim)
  const modes = found?.kind === 'PersistentVolumeClaim' ? found.accessModes : []
  const workload = view.find(owner)
  const isScaled = (workload?.kind === 'Deployment' || workload?.kind === 'StatefulSet') && workload.replicas > 1
  return {
    evidence: [fieldQuote(claim, 'spec.accessModes', modes)],
    remedies: [
      lookAt('See which pods use it', `kubectl describe ${target(claim)}`),
      ...(isScaled
        ? [scale(view, owner, { before: workload.replicas, replicas: 1, title: 'Run one pod: the claim lets no more' })]
        : []),
    ],
  }
}

/** A claim whose volume is where the pod may not run, and how to let the pod run there. */
export function ofBoundVolume(
  view: ClusterView,
  owner: Reference,
  claim: Reference,
  { name, nodeTerms }: PersistentVolume,
): Own {
  const keys = new Set(nodeTerms.flat().map(({ key }) => key))
  const against = Object.keys(podSpecOf(view, owner)?.nodeSelector ?? {}).filter((key) => keys.has(key))
  const remedies: readonly Remedy[] = [
    lookAt('See where its volume can be used', `kubectl describe pv ${name}`),
    ...(against.length === 0
      ? []
      : patchTemplate(
          view,
          owner,
          { nodeSelector: Object.fromEntries(against.map((key) => [key, null])) },
          { title: `Let the pods of ${owner.kind} ${owner.name} run where the volume is`, changes: whereItRuns },
        )),
  ]
  return { evidence: [fieldQuote(claim, 'spec.volumeName', name)], remedies }
}
