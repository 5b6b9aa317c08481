import type { Queryable, Transaction } from '@akashic/shared/postgres'
import type { TimelineEntry } from '../timeline/entry.ts'
import { readSince } from '../timeline/read-since.ts'
import type { Incident } from './incident.ts'
import * as heard from './heard-store.ts'
import { readOne } from './store.ts'

/** An incident, and what happened to it since somebody listened last. */
export interface Heard {
  readonly incident: Incident
  readonly entries: readonly TimelineEntry[]
}

/** Ids of incidents to which something happened that was not heard, oldest first. */
export const readUnheard = (db: Queryable, limit: number): Promise<string[]> => heard.readUnheard(db, limit)

/** Locks an incident and takes in what was not heard of it, which counts as heard once the transaction commits. What happens
 *  to incidents is heard by their timelines, so that nothing is lost or heard twice, whoever does it.
 *  @returns undefined when there is nothing, or another listens to it now. */
export async function hear(tx: Transaction, id: string): Promise<Heard | undefined> {
  const afterSeq = await heard.lockUnheard(tx, id)
  if (afterSeq === undefined) return undefined
  const incident = (await readOne(tx, id))!
  const entries = await readSince(tx, incident.num, afterSeq)
  await heard.markHeard(tx, incident.num, entries.at(-1)?.seq ?? incident.timeline.seq)
  return { incident, entries }
}
