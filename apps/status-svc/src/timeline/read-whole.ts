import type { Queryable } from '@akashic/shared/postgres'
import type { TimelineEntry } from './entry.ts'
import { readAfter } from './store.ts'

/** Entries read in one go. */
const atOnce = 1_000

/** The whole timeline of an incident, oldest first. */
export async function readWhole(db: Queryable, incidentNum: number): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = []
  for (;;) {
    const more = await readAfter(db, incidentNum, entries.at(-1)?.seq ?? 0, atOnce)
    entries.push(...more)
    if (more.length < atOnce) return entries
  }
}
