import { hasEnded, quantity, type ClusterView, type Container, type Node, type Pod } from '@akashic/kubernetes'
import type { Blame, Evidence } from '../../finding/finding.ts'
import { fieldQuote } from '../quote.ts'

interface TooMuch extends Pick<Blame, 'because' | 'strength'> {
  readonly evidence: Evidence
  readonly resource: string
  /** That asks for most. */
  readonly container: string
}

/** More than any of the nodes has, even an empty one. */
export function asksTooMuch(pod: Pod, nodes: readonly Node[], all: readonly Node[]): TooMuch | null {
  const { containers } = pod.spec
  for (const resource of new Set(containers.flatMap(({ requests }) => Object.keys(requests)))) {
    const has = (node: Node | undefined): number | null => offered(node, resource)
    const most = nodes.toSorted((a, b) => (has(b) ?? 0) - (has(a) ?? 0))[0]
    const largest = has(most)
    const asked = together(containers, resource)
    if (largest === null || sumOf(asked, resource) <= largest) continue
    const biggest = asked.toSorted((a, b) => amountOf(b, resource) - amountOf(a, resource))[0]!
    const texts = asked.flatMap(({ requests }) => requests[resource] ?? [])
    const evidence = fieldQuote(
      pod,
      `spec.containers[${biggest.name}].resources.requests.${resource}`,
      biggest.requests[resource] ?? '',
    )
    // Without the plugin that offers it a node has none: then the pod may ask rightly.
    if (largest === 0) {
      return {
        because: `it asks for ${texts.join(' + ')} of ${resource}, and no node has any`,
        strength: 'inferred',
        evidence,
        ...{ resource, container: biggest.name },
      }
    }
    const where = nodes.length < all.length ? 'the largest node where it may run' : 'the largest node'
    const because = `it asks for ${texts.join(' + ')} of ${resource}, and ${where} has ${most?.allocatable[resource] ?? ''}`
    return { because, strength: 'direct', evidence, resource, container: biggest.name }
  }
  return null
}

/** Null where the node does not say what it has. A device is told only by nodes that have it. */
const offered = (node: Node | undefined, resource: string): number | null =>
  quantity(node?.allocatable[resource]) ?? (resource.includes('/') && node?.allocatable['cpu'] ? 0 : null)

const amountOf = ({ requests }: Container, resource: string): number => quantity(requests[resource]) ?? 0

const sumOf = (containers: readonly Container[], resource: string): number =>
  containers.reduce((sum, container) => sum + amountOf(container, resource), 0)

/** Those that run side by side and ask for most: sidecars with the apps, or with one of the containers before them.
 *  Source: KEP-753, "Resources calculation for scheduling and pod admission". */
function together(containers: readonly Container[], resource: string): readonly Container[] {
  const groups = containers.flatMap((each, index) =>
    each.role === 'init' ? [[...containers.slice(0, index).filter(({ role }) => role === 'sidecar'), each]] : [],
  )
  const apps = containers.filter(({ role }) => role === 'app' || role === 'sidecar')
  return [apps, ...groups].toSorted((a, b) => sumOf(b, resource) - sumOf(a, resource))[0]!
}

/** Whether a node has as much left as a pod asks for. What it does not tell of it does not have; of how many pods it takes
 *  only what it tells counts. */
export function hasRoomFor(view: ClusterView, node: Node, { spec }: Pod): boolean {
  const { containers } = spec
  const most = quantity(node.allocatable['pods'])
  if (most !== null && podsStaying(view, node).length >= most) return false
  return [...new Set(containers.flatMap(({ requests }) => Object.keys(requests)))].every(
    (resource) =>
      offered(node, resource) !== null &&
      sumOf(together(containers, resource), resource) <= leftOn(view, node, resource),
  )
}

/** How much of a resource the pods of a node leave, in its base unit. */
export const leftOn = (view: ClusterView, node: Node, resource: string): number =>
  podsStaying(view, node).reduce(
    (left, { spec }) => left - requested(spec.containers, resource),
    offered(node, resource) ?? 0,
  )

/** By those that run side by side, in the base unit of the resource. */
export const requested = (containers: readonly Container[], resource: string): number =>
  sumOf(
    containers.filter(({ role }) => role === 'app' || role === 'sidecar'),
    resource,
  )

/** Pods that end, or did, leave their room to others. */
const podsStaying = (view: ClusterView, { name }: Node): readonly Pod[] =>
  view.podsOn(name).filter((pod) => pod.deletedAt === null && !hasEnded(pod))
