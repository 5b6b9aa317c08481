import type { Queryable } from '@akashic/shared/postgres'
import type { Labels } from '../alert/alert.ts'
import { mutedUntilMs } from './silence.ts'
import * as store from './store.ts'

/** Until when silences mute all of `subjects`; null when one of them is heard. */
export async function mutedUntil(db: Queryable, subjects: readonly Labels[], nowMs: number): Promise<number | null> {
  return mutedUntilMs(await store.readEndingAfter(db, nowMs), subjects, nowMs)
}
