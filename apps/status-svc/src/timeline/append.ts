import { extendChain, type ChainHead } from '@akashic/ledger'
import type { Queryable } from '@akashic/shared/postgres'
import type { TimelineEntry } from './entry.ts'
import * as store from './store.ts'

/** What to write into a timeline. */
export type NewEntry = Pick<TimelineEntry, 'atMs' | 'actor' | 'kind' | 'body'>

/** The entries as they stand in the timeline of incident `id` after `head`. */
export function linkEntries(id: string, head: ChainHead, entries: readonly NewEntry[]): readonly TimelineEntry[] {
  const contents = entries.map(({ atMs, actor, kind, body }) => ({ atMs, actor, kind, body: asJson(body) }))
  return extendChain(id, head, contents).map(({ content, ...place }) => ({ ...content, ...place }))
}

/** Writes linked entries; the caller holds the incident's row and keeps the new head there. */
export async function appendEntries(
  tx: Queryable,
  incidentNum: number,
  entries: readonly TimelineEntry[],
): Promise<void> {
  await store.insert(tx, incidentNum, entries)
}

/** As it will come back from the database: without what is undefined. */
function asJson(body: TimelineEntry['body']): TimelineEntry['body'] {
  return JSON.parse(JSON.stringify(body)) as TimelineEntry['body']
}
