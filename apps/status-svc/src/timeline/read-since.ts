import type { Queryable } from '@akashic/shared/postgres'
import type { TimelineEntry } from './entry.ts'
import { readAfter } from './store.ts'

const atOnce = 1_000

/** At most 1,000 entries after number `afterSeq` of the timeline of an incident, oldest first. */
export const readSince = (db: Queryable, incidentNum: number, afterSeq: number): Promise<TimelineEntry[]> =>
  readAfter(db, incidentNum, afterSeq, atOnce)
