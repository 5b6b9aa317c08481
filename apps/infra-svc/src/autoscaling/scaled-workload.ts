import {
  hasEnded,
  quantity,
  type ClusterView,
  type Container,
  type DaemonSet,
  type Deployment,
  type StatefulSet,
} from '@akashic/kubernetes'
import { podsOf } from '../analyse/owner.ts'
import type { ResourceName } from './amounts.ts'

export type Workload = Deployment | StatefulSet | DaemonSet

export const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const

/** What a container asks for and may have; cores and bytes, null where it does not say. */
export interface ContainerResources {
  readonly container: string
  readonly requests: Readonly<Record<ResourceName, number | null>>
  readonly limits: Readonly<Record<ResourceName, number | null>>
}

/** What the containers of a workload that run for as long as its pods ask for: as its newest pod was admitted, with the
 *  defaults of a LimitRange and what a VerticalPodAutoscaler wrote, else as its template says. */
export function resourcesOf(view: ClusterView, workload: Workload): readonly ContainerResources[] {
  const [pod] = podsOf(view, workload)
    .filter((each) => !hasEnded(each) && each.deletedAt === null)
    .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
  const lasting = new Set(workload.template.spec.containers.filter(isLasting).map(({ name }) => name))
  const { containers } = pod?.spec ?? workload.template.spec
  // What an injector added to the pod is not of the template, and cannot be changed there.
  return containers.filter((each) => isLasting(each) && lasting.has(each.name)).map(resources)
}

/** Names of containers that were put into the pods by something else than the template, such as a service mesh. */
export function injectedInto(view: ClusterView, workload: Workload): readonly Container[] {
  const own = new Set(workload.template.spec.containers.map(({ name }) => name))
  const [pod] = podsOf(view, workload).filter((each) => !hasEnded(each))
  return (pod?.spec.containers ?? []).filter((each) => isLasting(each) && !own.has(each.name))
}

const isLasting = ({ role }: Container): boolean => role === 'app' || role === 'sidecar'

function resources({ name, requests, limits }: Container): ContainerResources {
  const asked = (resource: ResourceName) => quantity(requests[resource]) ?? quantity(limits[resource])
  return {
    container: name,
    // The API server takes a limit for the request where there is none.
    requests: { cpu: asked('cpu'), memory: asked('memory') },
    limits: { cpu: quantity(limits['cpu']), memory: quantity(limits['memory']) },
  }
}
