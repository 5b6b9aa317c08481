import type { AuditEntry } from '@akashic/shared/audit'

/** One service's audit, newest first. */
export interface AuditSource {
  readonly name: string
  /** A page from `cursor` on (empty: from the newest); `nextCursor` is null at the end. */
  list(limit: number, cursor: string): Promise<{ entries: readonly AuditEntry[]; nextCursor: string | null }>
}

/** Where the reading of one source stands: within the page that begins at `cursor`, after the entry `afterId`. */
export interface SourcePlace {
  readonly cursor: string
  readonly afterId: string | null
}

/** The place in a merged list: one of each source that has more; null where a source is at its end. */
export type MergedPlace = Readonly<Record<string, SourcePlace | null>>

interface Reading {
  readonly name: string
  place: SourcePlace | null
  /** What comes next, and the page that each entry was on. */
  readonly ahead: { readonly entry: AuditEntry; readonly cursor: string }[]
  after: SourcePlace | null
}

/** One page of several audits as one, newest first: no entry is lost or shown twice, also while new ones come in. */
export async function mergeAudits(
  sources: readonly AuditSource[],
  limit: number,
  from: MergedPlace | null,
): Promise<{ entries: AuditEntry[]; next: MergedPlace | null }> {
  const readings = await Promise.all(sources.map((source) => readAhead(source, limit, placeIn(from, source.name))))
  const entries: AuditEntry[] = []
  while (entries.length < limit) {
    const newest = readings
      .filter((r) => r.ahead.length > 0)
      .sort((a, b) => newestFirst(a.ahead[0]!.entry, b.ahead[0]!.entry))[0]
    if (!newest) break
    const { entry, cursor } = newest.ahead.shift()!
    newest.place = { cursor, afterId: entry.id }
    entries.push(entry)
  }
  const places = readings.map((r) => [r.name, r.ahead.length > 0 ? r.place : r.after] as const)
  const isMore = places.some(([, place]) => place !== null)
  return { entries, next: isMore ? Object.fromEntries(places) : null }
}

function placeIn(from: MergedPlace | null, name: string): SourcePlace | null {
  if (from === null) return { cursor: '', afterId: null }
  return from[name] ?? null
}

/** Reads until `limit` entries lie ahead or the source ends. */
async function readAhead(source: AuditSource, limit: number, place: SourcePlace | null): Promise<Reading> {
  const reading: Reading = { name: source.name, place, ahead: [], after: null }
  let { cursor, afterId } = place ?? { cursor: null as string | null, afterId: null }
  while (cursor !== null && reading.ahead.length < limit) {
    const at: string = cursor
    const page = await source.list(limit, at)
    // Newer entries may have pushed the one that was read last to a later page; then this whole page was read before.
    const seen = afterId === null ? -1 : page.entries.findIndex((entry) => entry.id === afterId)
    if (afterId === null || seen >= 0) {
      reading.ahead.push(...page.entries.slice(seen + 1).map((entry) => ({ entry, cursor: at })))
      afterId = null
    }
    cursor = page.nextCursor
  }
  reading.after = cursor === null ? null : { cursor, afterId: null }
  return reading
}

function newestFirst(a: AuditEntry, b: AuditEntry): number {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1
  return a.id > b.id ? -1 : 1
}
