import { referenceText } from '@akashic/kubernetes'
import type { Change, FieldChange } from './change.ts'

/** How long after a template was written its ReplicaSet may be made, and by how much the times of two machines differ, ms. */
const rolledOutWithinMs = 60_000
const slackMs = 5_000

/** What was seen as it happened, and of what the objects themselves tell the rest: one change is there once. What was seen
 *  tells more than what is read off an object later.
 *  @returns the earliest first. */
export function joinChanges(seen: readonly Change[], history: readonly Change[]): readonly Change[] {
  const rollouts = Map.groupBy(
    seen.filter(({ kind }) => kind === 'rollout'),
    ({ object }) => referenceText(object),
  )
  const isSeen = (change: Change): boolean =>
    change.kind === 'rollout' &&
    (rollouts.get(referenceText(change.object)) ?? []).some((rollout) => isSameRollout(rollout, change))
  const byId = new Map(history.filter((change) => !isSeen(change)).map((change) => [change.id, change]))
  for (const change of seen) byId.set(change.id, change)
  return [...byId.values()].toSorted((a, b) => a.at - b.at || a.id.localeCompare(b.id))
}

/** A kept revision tells when its ReplicaSet was made, not which write of the template it came of. */
function isSameRollout(seen: Change, revision: Change): boolean {
  const fields = new Set(seen.fields.map(textOf))
  return (
    revision.at >= seen.at - slackMs &&
    revision.at <= seen.at + rolledOutWithinMs &&
    revision.fields.every((field) => fields.has(textOf(field)))
  )
}

const textOf = ({ path, before, after }: FieldChange): string => JSON.stringify([path, before, after])
