import { referenceText, type Reference } from '@akashic/kubernetes'
import { topOwner } from '../analyse/owner.ts'
import type { Clusters } from '../cluster/clusters.ts'
import type { KnownComponent } from '../component/known-components.ts'
import type { WatchedDatabase } from './databases.ts'
import type { PoolUser, Surroundings } from './engine.ts'

/** Components that use a database: those that name it, and those that depend on the component that it is. */
export function usersOf(
  components: readonly KnownComponent[],
  { name, component }: WatchedDatabase['spec'],
): readonly KnownComponent[] {
  return components.filter(
    ({ targets, dependsOn }) =>
      targets?.database === name || (component !== undefined && dependsOn.includes(component)),
  )
}

/** What the clusters and components tell of those who use a database. */
export function aroundDatabase(
  { spec, engine }: WatchedDatabase,
  components: readonly KnownComponent[],
  clusters: Pick<Clusters, 'all'>,
): Omit<Surroundings, 'previous'> {
  return {
    ...{ name: spec.name, place: engine.place, poolSize: spec.poolSize ?? null },
    memoryBytes: spec.memory ?? null,
    poolUsers: eachOnce(usersOf(components, spec).flatMap((component) => poolUsersOf(component, clusters))),
    ownerOf: (address) => {
      for (const { model } of clusters.all()) {
        const [pod, ...others] = [...model.all('Pod')].filter(({ podIps }) => podIps.includes(address))
        // Pods on the network of their node share its address.
        if (pod && others.length === 0)
          return { pod: { kind: 'Pod', namespace: pod.namespace, name: pod.name }, workload: topOwner(model, pod) }
      }
      return null
    },
  }
}

/** A workload that runs several components opens its pools once. */
const eachOnce = (users: readonly PoolUser[]): readonly PoolUser[] => [
  ...new Map(users.map((user) => [`${user.cluster} ${referenceText(user.workload)}`, user])).values(),
]

function poolUsersOf({ targets }: KnownComponent, clusters: Pick<Clusters, 'all'>): readonly PoolUser[] {
  const target = targets?.kubernetes
  const model = clusters.all().find(({ name }) => name === target?.cluster)?.model
  if (!target || !model) return []
  const workload: Reference = { kind: target.kind, namespace: target.namespace, name: target.name }
  const found = model.find(workload)
  for (const hpa of model.all('HorizontalPodAutoscaler')) {
    const { kind, name } = hpa.target
    if (hpa.namespace === workload.namespace && kind === workload.kind && name === workload.name) {
      const by = `HorizontalPodAutoscaler ${hpa.namespace}/${hpa.name} maxReplicas`
      return [{ cluster: model.cluster, workload, pods: hpa.maxReplicas, by }]
    }
  }
  if (!found || !('replicas' in found) || typeof found.replicas !== 'number') return []
  const by = `${workload.kind} ${workload.namespace}/${workload.name} replicas`
  return [{ cluster: model.cluster, workload, pods: found.replicas, by }]
}
