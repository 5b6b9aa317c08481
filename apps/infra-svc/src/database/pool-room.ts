import { isSame, referenceText, type Reference } from '@akashic/kubernetes'
import { aroundDatabase } from './around.ts'
import type { WatchedDatabase } from './databases.ts'
import type { PoolUser } from './engine.ts'
import type { DatabaseDeps } from './show-database.ts'

/** What a database can give to the pools of its users. */
export interface PoolRoom {
  readonly database: string
  readonly poolSize: number
  readonly users: readonly PoolUser[]
  /** Users whose pods are not counted, each with the reason. */
  readonly uncounted: readonly string[]
  /** Connections that users can have; null where the database did not tell, with the reason. */
  readonly usable: number | null
  readonly problem: string
}

/** Asks each database whose users and their pools are known how many connections it gives. */
export async function readPoolRooms(
  deps: Pick<DatabaseDeps, 'databases' | 'components' | 'clusters'>,
): Promise<readonly PoolRoom[]> {
  const sized = deps.databases.all().filter(({ spec }) => spec.poolSize !== undefined)
  if (sized.length === 0) return []
  const components = await deps.components()
  const rooms = sized.map(async (database): Promise<PoolRoom> => {
    const { poolUsers: users, uncountedUsers: uncounted, name } = aroundDatabase(database, components, deps.clusters)
    return { ...{ database: name, poolSize: database.spec.poolSize!, users, uncounted }, ...(await usableOf(database)) }
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

/** Pods that a workload may have so that the pools of all users fit, and the sum. Null where the database did not tell. */
export function mostPods(
  { database, poolSize, users, uncounted, usable }: PoolRoom,
  cluster: string,
  workload: Reference,
): { readonly pods: number; readonly arithmetic: string } | null {
  if (usable === null) return null
  const others = users.filter((user) => !isUser(user, cluster, workload))
  const taken = others.reduce((total, { pods }) => total + pods * poolSize, 0)
  const pods = Math.max(0, Math.floor((usable - taken) / poolSize))
  const less = others.map((user) => ` - ${user.pods} × ${poolSize} of ${referenceText(user.workload)}`).join('')
  const missing = uncounted.length === 0 ? '' : `; not counted: ${uncounted.join(', ')}`
  return {
    pods,
    arithmetic: `database ${database}: (${usable} connections${less}) ÷ ${poolSize} a pod = ${pods} pods${missing}`,
  }
}
