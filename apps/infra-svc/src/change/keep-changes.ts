import type { ClusterModel, Resource } from '@akashic/kubernetes'
import type { Change } from './change.ts'
import { deriveChange } from './derive-change.ts'
import { changesFromHistory } from './history.ts'

const most = 2_000
const rememberedMs = 24 * 3_600_000

/** What appears and was there long before was only read late: its kind could not be read until now. */
const lateMs = 120_000
const isOld = (object: Resource | undefined, nowMs: number): boolean =>
  object !== undefined && object.createdAt !== null && object.createdAt < nowMs - lateMs

export interface ChangeKeeper {
  /** The earliest first: those that were seen, and before them what the objects themselves tell. */
  changes(now: number): readonly Change[]
  stop(): void
}

/** Remembers what was changed in a cluster while it is followed, at most the last 2,000 changes.
 *  @param isReady whether the model was read whole: before, nothing that is put is a change. */
export function keepChanges(
  model: ClusterModel,
  {
    now,
    isReady,
    onChange = () => undefined,
  }: { now: () => number; isReady: () => boolean; onChange?: (change: Change) => void },
): ChangeKeeper {
  const seen: Change[] = []
  const stop = model.onChange((before, after) => {
    if (!isReady() || (before === undefined && isOld(after, now()))) return
    const change = deriveChange(model.cluster, before, after, now())
    if (!change) return
    seen.push(change)
    if (seen.length > most) seen.shift()
    onChange(change)
  })
  return {
    changes: (at) => {
      const byId = new Map(changesFromHistory(model, at - rememberedMs).map((change) => [change.id, change]))
      // What was seen as it happened tells more than what is read off the objects later.
      for (const change of seen) byId.set(change.id, change)
      return [...byId.values()].toSorted((a, b) => a.at - b.at || a.id.localeCompare(b.id))
    },
    stop,
  }
}
