import { referenceText } from '@akashic/kubernetes'
import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { advise } from '../remedies.ts'
import type { Around } from '../topic.ts'
import type { ConnectionLimits } from './connections.ts'

/** Connections that users can have. */
export const usableConnections = ({ maxConnections, reserved, databaseLimit }: ConnectionLimits): number =>
  Math.min(maxConnections - reserved, databaseLimit ?? Infinity)

/** Whether the pools of all pods that there may be fit into the connections that there are: a deployment that scales up
 *  under load must not take the database from those that run. */
export function poolArithmetic(limits: ConnectionLimits, around: Around): readonly Finding[] {
  const { maxConnections, reserved, databaseLimit } = limits
  const { poolSize, poolUsers, name } = around
  if (poolSize === null || poolUsers.length === 0) return []
  const usable = usableConnections(limits)
  const wanted = poolUsers.reduce((total, { pods }) => total + pods * poolSize, 0)
  if (wanted <= usable) return []
  const sums = poolUsers.map(({ workload, pods }) => `${referenceText(workload)}: ${pods} x ${poolSize}`)
  const pods = poolUsers.reduce((total, each) => total + each.pods, 0)
  const fitting = Math.floor(usable / pods)
  return [
    databaseFinding(around, {
      ...{ rule: 'db-pool-arithmetic', severity: 'warning', kind: 'Database', object: name, reason: 'PoolsTooLarge' },
      summary: `Its users may open ${wanted} connections, and it gives ${usable}: ${sums.join(', ')}.`,
      evidence: {
        ...Object.fromEntries(poolUsers.map(({ by, pods: most }) => [by, most])),
        'databases.poolSize': poolSize,
        max_connections: maxConnections,
        'reserved connections': reserved,
        'pg_database.datconnlimit': databaseLimit,
      },
      remedies: [
        ...(fitting >= 1
          ? [advise(`Make the pool of each pod ${fitting} or smaller`, 'the settings of its users')]
          : []),
        advise(
          `Put a pooler before it, or lower the maximum of the autoscalers to ${Math.floor(usable / poolSize)} pods in all`,
          'how its users connect',
        ),
      ],
      involves: poolUsers.map(({ workload }) => workload),
    }),
  ]
}
