import type { Queryable } from '@akashic/shared/postgres'
import type { Labels } from '../alert/alert.ts'
import { isActive, isMuted } from './silence.ts'
import * as store from './store.ts'

/** Tells of labels whether no silence that is active at `nowMs` mutes them. */
export async function heardBy(db: Queryable, nowMs: number): Promise<(labels: Labels) => boolean> {
  const active = (await store.readEndingAfter(db, nowMs)).filter((silence) => isActive(silence, nowMs))
  return (labels) => !active.some((silence) => isMuted(silence, labels))
}
