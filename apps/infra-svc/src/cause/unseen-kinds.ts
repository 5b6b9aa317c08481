import type { ClusterView, Kind } from '@akashic/kubernetes'
import type { Unseen } from './diagnosis.ts'

/** Which of the kinds are not known as they are now, each with why and the permission that is missing. */
export function unseenKinds(view: Pick<ClusterView, 'freshness'>, needed: readonly Kind[]): readonly Unseen[] {
  return needed.flatMap((kind) => {
    const freshness = view.freshness(kind)
    if (freshness.state === 'fresh') return []
    const missing =
      freshness.state === 'unknown' && freshness.missingPermission ? `: ${freshness.missingPermission}` : ''
    return { what: kind, reason: `${freshness.reason}${missing}` }
  })
}
