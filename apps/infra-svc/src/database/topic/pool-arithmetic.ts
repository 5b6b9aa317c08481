import { referenceText } from '@akashic/kubernetes'
import type { Finding } from '../../finding/finding.ts'
import { databaseFinding, type Told } from '../database-finding.ts'
import type { Pools, PoolUser, UsableConnections } from '../engine.ts'
import { connectionsOf, podsOf, podsText, surgeOf } from '../pools.ts'
import { advise } from '../remedies.ts'
import type { Around } from '../topic.ts'
import type { ConnectionLimits } from './connections.ts'

export function usableConnections({ maxConnections, reserved, databaseLimit }: ConnectionLimits): UsableConnections {
  const ofServer = maxConnections - reserved
  return { ofServer, ofDatabase: Math.min(ofServer, databaseLimit ?? Infinity) }
}

/** Whether the pools of all pods that there may be fit into the connections that there are, those of a rollout and those that
 *  use other databases of the server among them: what scales up under load must not take the database from those that run. */
export function poolArithmetic(limits: ConnectionLimits, around: Around): readonly Finding[] {
  const { poolSize, poolUsers: users, name: database, poolsBeside } = around
  if (poolSize === null || users.length === 0) return []
  const { ofDatabase, ofServer } = usableConnections(limits)
  const own = { database, poolSize, users }
  const wanted = connectionsOf(own)
  if (wanted > ofDatabase) return [databaseTooSmall(own, wanted, limits, around)]
  const ofAll = poolsBeside.reduce((total, pools) => total + connectionsOf(pools), wanted)
  return ofAll > ofServer ? [serverTooSmall(own, ofAll, limits, around)] : []
}

function databaseTooSmall(own: Pools, wanted: number, limits: ConnectionLimits, around: Around): Finding {
  const { poolSize, users } = own
  const usable = usableConnections(limits).ofDatabase
  const fitting = Math.floor(usable / users.reduce((total, user) => total + podsOf(user), 0))
  return databaseFinding(around, {
    ...tooLarge(own.database, users),
    summary: `Its users may open ${wanted} connections, and it gives ${usable}: ${sumsOf(own).join(', ')}${rolloutText(users)}.`,
    evidence: {
      ...podsQuoted(users),
      'databases.poolSize': poolSize,
      max_connections: limits.maxConnections,
      'reserved connections': limits.reserved,
      'pg_database.datconnlimit': limits.databaseLimit,
    },
    remedies: [
      ...(fitting >= 1 ? [advise(`Make the pool of each pod ${fitting} or smaller`, 'the settings of its users')] : []),
      advise(
        `Put a pooler before it, or lower the maximum of the autoscalers to ${Math.floor(usable / poolSize)} pods in all`,
        'how its users connect',
      ),
    ],
  })
}

/** Its own users fit, and those of the other databases take the room. */
function serverTooSmall(own: Pools, wanted: number, limits: ConnectionLimits, around: Around): Finding {
  const { poolsBeside } = around
  const beside = poolsBeside.flatMap((pools) => sumsOf(pools).map((sum) => `${sum} for database ${pools.database}`))
  const users = [...own.users, ...poolsBeside.flatMap((pools) => pools.users)]
  return databaseFinding(around, {
    ...tooLarge(own.database, users),
    summary: `Users of the databases of its server may open ${wanted} connections, and it gives ${usableConnections(limits).ofServer}: ${[...sumsOf(own), ...beside].join(', ')}${rolloutText(users)}.`,
    evidence: {
      ...podsQuoted(users),
      ...Object.fromEntries(
        [own, ...poolsBeside].map(({ database, poolSize }) => [`databases.poolSize of ${database}`, poolSize]),
      ),
      max_connections: limits.maxConnections,
      'reserved connections': limits.reserved,
    },
    remedies: [
      advise('Make the pools of these users smaller, or put a pooler before the server', 'how its users connect'),
      advise('Lower the maximum of their autoscalers', 'how many pods open pools'),
    ],
  })
}

const tooLarge = (
  object: string,
  users: readonly PoolUser[],
): Pick<Told, 'rule' | 'severity' | 'kind' | 'object' | 'reason' | 'involves'> => ({
  ...{ rule: 'db-pool-arithmetic', severity: 'warning', kind: 'Database', object, reason: 'PoolsTooLarge' },
  involves: users.map(({ workload }) => workload),
})

const sumsOf = ({ poolSize, users }: Pools): readonly string[] =>
  users.map((user) => `${referenceText(user.workload)}: ${podsText(user)} x ${poolSize}`)

const rolloutText = (users: readonly PoolUser[]): string =>
  users.some((user) => surgeOf(user, user.pods) > 0)
    ? '; the second number of a sum is of pods that a rollout adds'
    : ''

const podsQuoted = (users: readonly PoolUser[]): Told['evidence'] =>
  Object.fromEntries(
    users.flatMap(({ by, pods, workload, maxSurge }): [string, string | number | null][] => [
      [by, pods],
      [`${referenceText(workload)} maxSurge`, maxSurge === '0' ? null : maxSurge],
    ]),
  )
