import { hasEnded, quantity, type ClusterView, type PodSpec } from '@akashic/kubernetes'
import { quantityText, type ResourceName } from './amounts.ts'
import type { ContainerResources, Workload } from './scaled-workload.ts'

const resources = ['cpu', 'memory'] as const

/** What one pod asks for; what is not set asks for nothing. */
export const podAsks = (
  containers: readonly ContainerResources[],
  resource: ResourceName,
  field: 'requests' | 'limits' = 'requests',
): number => containers.reduce((total, each) => total + (each[field][resource] ?? 0), 0)

/** What stands against pods of a workload asking for more than now: quotas, nodes, and the ranges of its namespace.
 *  @param before and after of the change: pods, and what each of them asks for. */
export function capacityWarnings(
  view: ClusterView,
  { namespace }: Workload,
  before: Planned,
  after: Planned,
): readonly string[] {
  return [
    ...quotaWarnings(view, namespace, before, after),
    ...nodeWarnings(view, before, after),
    ...rangeWarnings(view, namespace, after),
  ]
}

export interface Planned {
  readonly pods: number
  readonly containers: readonly ContainerResources[]
}

const total = ({ pods, containers }: Planned, resource: ResourceName, field: 'requests' | 'limits' = 'requests') =>
  pods * podAsks(containers, resource, field)

function quotaWarnings(view: ClusterView, namespace: string, before: Planned, after: Planned): readonly string[] {
  const adds: Readonly<Record<string, number>> = {
    ...{ pods: after.pods - before.pods, 'count/pods': after.pods - before.pods },
    ...Object.fromEntries(
      resources.flatMap((resource) => {
        const requests = total(after, resource) - total(before, resource)
        return [
          [resource, requests],
          [`requests.${resource}`, requests],
          [`limits.${resource}`, total(after, resource, 'limits') - total(before, resource, 'limits')],
        ]
      }),
    ),
  }
  return [...view.inNamespace('ResourceQuota', namespace)].flatMap(({ name, hard, used }) =>
    Object.entries(adds).flatMap(([what, added]) => {
      const [most, now] = [quantity(hard[what]), quantity(used[what])]
      if (added <= 0 || most === null || now === null || now + added <= most) return []
      const text = (amount: number) => amountText(what, amount)
      return [
        `ResourceQuota ${name} gives ${text(most)} ${what}, of which ${text(now)} are taken: ${text(added)} more do not fit.`,
      ]
    }),
  )
}

function amountText(what: string, amount: number): string {
  const resource = resources.find((each) => what.endsWith(each))
  return resource === undefined ? String(amount) : quantityText(resource, amount)
}

/** Nodes that take new pods: what they can give, and what is asked of them. */
function nodeWarnings(view: ClusterView, before: Planned, after: Planned): readonly string[] {
  if (view.freshness('Node').state === 'unknown') return ['How much the nodes can give is not known.']
  const nodes = [...view.all('Node')].filter(({ isCordoned }) => !isCordoned)
  return resources.flatMap((resource) => {
    const each = nodes.map(({ allocatable }) => quantity(allocatable[resource]) ?? 0)
    const onePod = podAsks(after.containers, resource)
    const largest = Math.max(0, ...each)
    if (onePod > largest)
      return [
        `One pod would ask for ${quantityText(resource, onePod)} ${resource}, and the largest node gives ${quantityText(resource, largest)}: it could run nowhere.`,
      ]
    const added = total(after, resource) - total(before, resource)
    const given = each.reduce((sum, amount) => sum + amount, 0)
    const taken = nodes
      .flatMap(({ name }) => view.podsOn(name))
      .filter((pod) => !hasEnded(pod))
      .reduce((sum, { spec }) => sum + asked(spec, resource), 0)
    if (added <= 0 || taken + added <= given) return []
    return [
      `The nodes have ${quantityText(resource, Math.max(0, given - taken))} ${resource} left of ${quantityText(resource, given)}, and it would ask for ${quantityText(resource, added)} more: pods wait until nodes are added.`,
    ]
  })
}

const asked = ({ containers }: PodSpec, resource: ResourceName): number =>
  containers
    .filter(({ role }) => role === 'app' || role === 'sidecar')
    .reduce((sum, { requests }) => sum + (quantity(requests[resource]) ?? 0), 0)

/** Pods outside of a LimitRange are refused. */
function rangeWarnings(view: ClusterView, namespace: string, { containers }: Planned): readonly string[] {
  const ranges = [...view.inNamespace('LimitRange', namespace)].flatMap(({ name, limits }) =>
    limits.filter(({ type }) => type === 'Container').map((limit) => ({ name, ...limit })),
  )
  return ranges.flatMap(({ name, min, max }) =>
    containers.flatMap(({ container, requests, limits }) =>
      resources.flatMap((resource) => {
        const [least, most] = [quantity(min[resource]), quantity(max[resource])]
        const highest = limits[resource] ?? requests[resource]
        const text = (amount: number) => quantityText(resource, amount)
        if (least !== null && requests[resource] !== null && requests[resource] < least)
          return [
            `LimitRange ${name} wants at least ${text(least)} ${resource} of each container: ${container} with ${text(requests[resource])} is refused.`,
          ]
        if (most !== null && highest !== null && highest > most)
          return [
            `LimitRange ${name} allows ${text(most)} ${resource} to each container: ${container} with ${text(highest)} is refused.`,
          ]
        return []
      }),
    ),
  )
}
