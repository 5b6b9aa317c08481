import { referenceText, type ClusterView, type Reference } from '@akashic/kubernetes'
import type { Queryable } from '@akashic/shared/postgres'
import { isRestart } from '../rollout/revisions.ts'
import type { Change } from './change.ts'
import { changesFromHistory } from './history.ts'
import { listRollouts } from './store.ts'

const mostKept = 100

/** The last rollout of a workload since an instant, as it was seen, or as the revisions tell that are still there. That its
 *  pods were only started anew is none. Null where none is known.
 *  @param sinceMs since 1970. */
export async function lastRollout(
  db: Queryable,
  view: ClusterView,
  workload: Reference,
  sinceMs: number,
): Promise<Change | null> {
  const kept = await listRollouts(db, view.cluster, workload, new Date(sinceMs), mostKept)
  const told = changesFromHistory(view, sinceMs).filter(
    ({ kind, object }) => kind === 'rollout' && referenceText(object) === referenceText(workload),
  )
  const rollouts = [...kept, ...told].filter(({ fields }) => !isRestart(fields))
  return rollouts.toSorted((a, b) => b.at - a.at)[0] ?? null
}
