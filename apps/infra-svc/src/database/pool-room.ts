import { isSame, referenceText, type Reference } from '@akashic/kubernetes'
import { aroundDatabase } from './around.ts'
import type { WatchedDatabase } from './databases.ts'
import type { Pools, PoolUser, UsableConnections } from './engine.ts'
import { podsOf, podsText, surgeOf } from './pools.ts'
import type { DatabaseDeps } from './show-database.ts'

/** What a database can give to the pools of its users. */
export interface PoolRoom extends Pools {
  /** Of the other databases of its server. */
  readonly beside: readonly Pools[]
  /** Users whose pods are not counted, each with the reason. */
  readonly uncounted: readonly string[]
  /** Null where the database did not tell, with the reason. */
  readonly usable: UsableConnections | null
  readonly problem: string
}

/** Asks each database whose users and their pools are known how many connections it gives. */
export async function readPoolRooms(
  deps: Pick<DatabaseDeps, 'databases' | 'components' | 'clusters'>,
): Promise<readonly PoolRoom[]> {
  const all = deps.databases.all()
  const sized = all.filter(({ spec }) => spec.poolSize !== undefined)
  if (sized.length === 0) return []
  const components = await deps.components()
  const rooms = sized.map(async (database): Promise<PoolRoom> => {
    const around = aroundDatabase(database, all, components, deps.clusters)
    const { name, poolUsers: users, poolsBeside: beside, uncountedUsers: uncounted } = around
    const pools = { database: name, poolSize: database.spec.poolSize!, users }
    return { ...pools, beside, uncounted, ...(await usableOf(database)) }
  })
  return (await Promise.all(rooms)).filter(({ users, uncounted }) => users.length + uncounted.length > 0)
}

async function usableOf({ engine }: WatchedDatabase): Promise<Pick<PoolRoom, 'usable' | 'problem'>> {
  try {
    return { usable: await engine.usableConnections(), problem: '' }
  } catch {
    const { host, port } = engine.place
    return { usable: null, problem: `${host}:${port} did not say how many connections it gives` }
  }
}

/** Whether it is the one whose pods are counted. */
export const isUser = (user: PoolUser, cluster: string, workload: Reference): boolean =>
  user.cluster === cluster && isSame(user.workload, workload)

export interface MostPods {
  readonly pods: number
  readonly arithmetic: string
}

/** Pods that a workload may have so that the pools of all users fit, also while a rollout runs, and the sum: of the database, or
 *  of its server where those of its other databases leave less. Null where the database did not tell.
 *  @param workload one of its users */
export function mostPods(room: PoolRoom, cluster: string, workload: Reference): MostPods | null {
  const { usable, beside } = room
  if (usable === null) return null
  const own = fitting([room], usable.ofDatabase, cluster, workload)
  const ofServer = beside.length === 0 ? own : fitting([room, ...beside], usable.ofServer, cluster, workload)
  const { pods, sum } = ofServer.pods < own.pods ? ofServer : own
  const missing = room.uncounted.length === 0 ? '' : `; not counted: ${room.uncounted.join(', ')}`
  return { pods, arithmetic: `database ${room.database}: ${sum}${missing}` }
}

/** @param all pools that share the connections, those of the workload among them */
function fitting(all: readonly Pools[], usable: number, cluster: string, workload: Reference) {
  const counted = all.flatMap(({ users, ...pools }) => users.map((user) => ({ ...pools, user })))
  const own = counted.filter(({ user }) => isUser(user, cluster, workload))
  const others = counted.filter((each) => !own.includes(each))
  const perPod = own.reduce((total, { poolSize }) => total + poolSize, 0)
  const taken = others.reduce((total, { user, poolSize }) => total + podsOf(user) * poolSize, 0)
  const room = Math.max(0, Math.floor((usable - taken) / perPod))
  const surge = (pods: number) => surgeOf(own[0]!.user, pods)
  let pods = room
  while (pods > 0 && pods + surge(pods) > room) pods--
  const less = others.map(({ user, poolSize, database }) => {
    const of = database === all[0]!.database ? '' : ` for database ${database}`
    return ` - ${podsText(user)} × ${poolSize} of ${referenceText(user.workload)}${of}`
  })
  const split = surge(pods) === 0 ? '' : `: ${pods}, and ${surge(pods)} more while a rollout runs`
  return { pods, sum: `(${usable} connections${less.join('')}) ÷ ${perPod} a pod = ${room} pods${split}` }
}
