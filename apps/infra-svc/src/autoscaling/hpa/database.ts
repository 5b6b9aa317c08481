import { type ClusterView, type HorizontalPodAutoscaler, type Reference } from '@akashic/kubernetes'
import { fieldQuote } from '../../analyse/quote.ts'
import type { PoolUser } from '../../database/engine.ts'
import { isUser, mostPods, type PoolRoom } from '../../database/pool-room.ts'
import { advise, type Advice } from '../advice.ts'
import { targetOf } from './audited-hpa.ts'

/** How many pods the databases of a workload can serve, and the sum for the tightest of them. Null where none limits it. */
export function databaseLimit(
  rooms: readonly PoolRoom[],
  { cluster }: ClusterView,
  workload: Reference,
): { readonly pods: number; readonly arithmetic: string } | null {
  const limits = rooms
    .filter(({ users }) => users.some((user) => isUser(user, cluster, workload)))
    .flatMap((room) => mostPods(room, cluster, workload) ?? [])
  return limits.toSorted((a, b) => a.pods - b.pods)[0] ?? null
}

/** Whether at its maximum the pods of an autoscaler still get their connections. */
export function auditDatabase(
  hpa: HorizontalPodAutoscaler,
  rooms: readonly PoolRoom[],
  view: ClusterView,
): readonly Advice[] {
  const limit = databaseLimit(rooms, view, targetOf(hpa))
  if (limit === null || hpa.maxReplicas <= limit.pods) return []
  return [
    advise(hpa, {
      ...{ rule: 'hpa-exceeds-database', severity: 'warning' },
      summary: `At its maximum of ${hpa.maxReplicas} pods their pools want more connections than the database gives: ${limit.pods} pods fit.`,
      evidence: [fieldQuote(hpa, 'spec.maxReplicas', hpa.maxReplicas)],
      arithmetic: [limit.arithmetic],
    }),
  ]
}

/** What is left once a workload may have so many pods. Fewer than it may have now give nothing back until they are. */
export const withMost = (
  rooms: readonly PoolRoom[],
  { cluster }: ClusterView,
  workload: Reference,
  pods: number,
): readonly PoolRoom[] =>
  rooms.map((room) => {
    const withPods = (user: PoolUser) =>
      isUser(user, cluster, workload) ? { ...user, pods: Math.max(user.pods, pods) } : user
    const beside = room.beside.map((pools) => ({ ...pools, users: pools.users.map(withPods) }))
    return { ...room, beside, users: room.users.map(withPods) }
  })
