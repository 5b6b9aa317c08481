import type { ClusterModel, Resource } from '@akashic/kubernetes'
import { followAskedLabels } from './asked-labels.ts'
import type { Change } from './change.ts'
import { deriveChange } from './derive-change.ts'

/** What appears and was there long before was only read late: its kind could not be read until now. */
const lateMs = 120_000
const isOld = (object: Resource | undefined, nowMs: number): boolean =>
  object !== undefined && object.createdAt !== null && object.createdAt < nowMs - lateMs

export interface WatchChangesOptions {
  /** ms since 1970. */
  readonly now: () => number
  /** Whether the model was read whole: before, nothing that is put is a change. */
  readonly isReady: () => boolean
  readonly onChange: (change: Change) => void
}

/** Tells of what is changed in a cluster while it is followed. @returns ends it. */
export function watchChanges(model: ClusterModel, { now, isReady, onChange }: WatchChangesOptions): () => void {
  const askedLabels = followAskedLabels(model, now)
  const forget = model.onChange((before, after) => {
    if (!isReady() || (before === undefined && isOld(after, now()))) return
    const change = deriveChange(model.cluster, before, after, now(), askedLabels.keys)
    if (change) onChange(change)
  })
  return () => {
    forget()
    askedLabels.stop()
  }
}
