import { kinds } from '@akashic/kubernetes'
import type { FollowedCluster } from './clusters.ts'

/** How a cluster is known: how much there is, and of what nothing or only old things are known. */
export function clusterDocument({ name, model, isRead }: FollowedCluster) {
  const problems = kinds.flatMap((kind) => {
    const freshness = model.freshness(kind)
    if (freshness.state === 'fresh') return []
    const missing = freshness.state === 'unknown' ? freshness.missingPermission : null
    return [{ kind, state: freshness.state, reason: freshness.reason, missingPermission: missing }]
  })
  return {
    name,
    state: isRead() ? (problems.some(({ state }) => state === 'stale') ? 'stale' : 'fresh') : 'reading',
    nodes: model.count('Node'),
    pods: model.count('Pod'),
    eventsDropped: model.eventsDropped,
    problems,
  }
}
