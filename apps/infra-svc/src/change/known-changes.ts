import type { ClusterView } from '@akashic/kubernetes'
import type { Queryable } from '@akashic/shared/postgres'
import type { Change } from './change.ts'
import { changesFromHistory } from './history.ts'
import { joinChanges } from './join-changes.ts'
import type { ChangeRecorder } from './record-changes.ts'
import { recentChanges } from './store.ts'

const lookBackMs = 24 * 3_600_000
const most = 2_000

/** What was changed in a cluster within a day: what any replica saw, at most 2,000, the last of each kind of change, and what the objects tell of
 *  the times when none looked. Every replica that has the same view answers the same.
 *  @param nowMs ms since 1970. @returns the earliest first. */
export async function knownChanges(
  { db, recorder }: { readonly db: Queryable; readonly recorder: Pick<ChangeRecorder, 'unwritten'> },
  view: ClusterView,
  nowMs: number,
): Promise<readonly Change[]> {
  const since = nowMs - lookBackMs
  // Taken before the read: what is written meanwhile is in one of the two.
  const unwritten = recorder.unwritten(view.cluster)
  const written = await recentChanges(db, view.cluster, new Date(since), most)
  const byId = new Map([...unwritten, ...written].map((change) => [change.id, change]))
  return joinChanges([...byId.values()], changesFromHistory(view, since))
}
