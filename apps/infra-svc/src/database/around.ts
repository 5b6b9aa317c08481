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
  const pools = usersOf(components, spec).map((component) => poolOf(component, clusters))
  return {
    ...{ name: spec.name, place: engine.place, poolSize: spec.poolSize ?? null },
    memoryBytes: spec.memory ?? null,
    poolUsers: eachOnce(pools.flatMap(({ user }) => user ?? [])),
    uncountedUsers: [...new Set(pools.flatMap(({ uncounted }) => uncounted ?? []))],
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

interface Pool {
  readonly user?: PoolUser
  /** Who it is of which pods are not counted, and why. */
  readonly uncounted?: string
}

function poolOf({ id, targets }: KnownComponent, clusters: Pick<Clusters, 'all'>): Pool {
  const target = targets?.kubernetes
  if (!target) return { uncounted: `component ${id} (it names no workload)` }
  const workload: Reference = { kind: target.kind, namespace: target.namespace, name: target.name }
  const model = clusters.all().find(({ name }) => name === target.cluster)?.model
  const without = (reason: string): Pool => ({ uncounted: `${referenceText(workload)} (${reason})` })
  if (!model) return without(`cluster ${target.cluster} is not looked at`)
  const { cluster } = model
  const scalers = [...model.inNamespace('HorizontalPodAutoscaler', workload.namespace)]
  const hpa = scalers.find(({ target: { kind, name } }) => kind === workload.kind && name === workload.name)
  if (hpa) {
    const by = `HorizontalPodAutoscaler ${hpa.namespace}/${hpa.name} maxReplicas`
    return { user: { cluster, workload, pods: hpa.maxReplicas, by } }
  }
  const found = model.find(workload)
  if (!found || !('replicas' in found) || typeof found.replicas !== 'number')
    return without(found ? 'how many pods it may have is not known' : `it is not seen in cluster ${cluster}`)
  const by = `${workload.kind} ${workload.namespace}/${workload.name} replicas`
  const user = { cluster, workload, pods: found.replicas, by }
  const { state } = model.freshness('HorizontalPodAutoscaler')
  return state === 'fresh'
    ? { user }
    : { user, ...without(`more than its ${found.replicas} replicas: its autoscalers cannot be read`) }
}
