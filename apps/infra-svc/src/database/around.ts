import { referenceText, type Reference } from '@akashic/kubernetes'
import { topOwner } from '../analyse/owner.ts'
import type { Clusters } from '../cluster/clusters.ts'
import type { KnownComponent } from '../component/known-components.ts'
import type { WatchedDatabase } from './databases.ts'
import type { PoolUser, Surroundings } from './engine.ts'
import type { Place } from './reachability.ts'

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

/** What the clusters and components tell of those who use a database. @param all that are looked at, itself among them */
export function aroundDatabase(
  { spec, engine }: WatchedDatabase,
  all: readonly WatchedDatabase[],
  components: readonly KnownComponent[],
  clusters: Pick<Clusters, 'all'>,
): Omit<Surroundings, 'previous' | 'earlier'> {
  const { place } = engine
  const own = poolsOf(spec, components, clusters)
  const beside = all
    .filter((other) => other.spec.name !== spec.name && isSameServer(other.engine.place, place))
    .map((other) => ({ other: other.spec, ...poolsOf(other.spec, components, clusters) }))
  const uncountedBeside = beside.flatMap(({ other, users, uncounted }) => {
    const isUnsized = other.poolSize === undefined && users.length > 0
    return isUnsized ? [`users of database ${other.name} on its server (it has no poolSize)`] : uncounted
  })
  return {
    ...{ name: spec.name, place, poolSize: spec.poolSize ?? null, poolUsers: own.users },
    memoryBytes: spec.memory ?? null,
    poolsBeside: beside.flatMap(({ other: { name, poolSize }, users }) =>
      poolSize === undefined || users.length === 0 ? [] : [{ database: name, poolSize, users }],
    ),
    uncountedUsers: [...new Set([...own.uncounted, ...uncountedBeside])],
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

const isSameServer = (a: Place, b: Place): boolean => a.host === b.host && a.port === b.port

function poolsOf(
  spec: WatchedDatabase['spec'],
  components: readonly KnownComponent[],
  clusters: Pick<Clusters, 'all'>,
): { readonly users: readonly PoolUser[]; readonly uncounted: readonly string[] } {
  const pools = usersOf(components, spec).map((component) => poolOf(component, clusters))
  return {
    users: eachOnce(pools.flatMap(({ user }) => user ?? [])),
    uncounted: pools.flatMap(({ uncounted }) => uncounted ?? []),
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
  const found = model.find(workload)
  const maxSurge = found?.kind === 'Deployment' && found.strategy === 'RollingUpdate' ? found.maxSurge : '0'
  const scalers = [...model.inNamespace('HorizontalPodAutoscaler', workload.namespace)]
  const hpa = scalers.find(({ target: { kind, name } }) => kind === workload.kind && name === workload.name)
  if (hpa) {
    const by = `HorizontalPodAutoscaler ${hpa.namespace}/${hpa.name} maxReplicas`
    const user = { cluster, workload, pods: hpa.maxReplicas, by, maxSurge }
    return found ? { user } : { user, ...without(`pods that its rollouts add: it is not seen in cluster ${cluster}`) }
  }
  if (!found || !('replicas' in found) || typeof found.replicas !== 'number')
    return without(found ? 'how many pods it may have is not known' : `it is not seen in cluster ${cluster}`)
  const by = `${workload.kind} ${workload.namespace}/${workload.name} replicas`
  const user = { cluster, workload, pods: found.replicas, by, maxSurge }
  const { state } = model.freshness('HorizontalPodAutoscaler')
  return state === 'fresh'
    ? { user }
    : { user, ...without(`more than its ${found.replicas} replicas: its autoscalers cannot be read`) }
}
