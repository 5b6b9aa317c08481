import type { ClusterView, Kind } from '@akashic/kubernetes'
import { OpsError } from '@akashic/shared/errors'

/** What was read and is not followed now may have changed: it is not told as if it were so. A kind that may not be read at
 *  all is another matter, which each answer tells itself.
 *  @throws OpsError unavailable that says since when. */
export function assertSeen(view: ClusterView, kinds: readonly Kind[], nowMs: number): void {
  for (const kind of kinds) {
    const freshness = view.freshness(kind)
    if (freshness.state === 'stale') {
      const seconds = Math.max(0, Math.round((nowMs - freshness.at) / 1_000))
      throw unseen(view, `${freshness.reason}; it was last seen ${seconds} s ago`)
    }
    if (freshness.state === 'unknown' && freshness.missingPermission === null) throw unseen(view, freshness.reason)
  }
}

const unseen = ({ cluster }: ClusterView, why: string): OpsError =>
  new OpsError('unavailable', `Cluster ${cluster} cannot be seen now: ${why}.`)

/** Whether there is such a namespace, or that cannot be told. */
export const isNamespaceThere = (view: ClusterView, namespace: string): boolean =>
  view.freshness('Namespace').state !== 'fresh' || view.get('Namespace', '', namespace) !== undefined

/** @throws OpsError not_found for a namespace that there is not, where that can be told. */
export function assertNamespaceThere(view: ClusterView, namespace: string): void {
  if (!isNamespaceThere(view, namespace)) throw new OpsError('not_found', `There is no namespace ${namespace}.`)
}
