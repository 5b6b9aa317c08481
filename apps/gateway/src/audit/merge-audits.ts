import type { AuditEntry } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'

/** One service's audit, newest first. */
export interface AuditSource {
  readonly name: string
  /** The others' entries come without this one's while it is away. */
  readonly mayBeAway?: boolean
  /** At most `limit` entries from `cursor` on (empty: from the newest), and at least one when there are more. */
  list(limit: number, cursor: string): Promise<AuditSourcePage>
}

export interface AuditSourcePage {
  readonly entries: readonly PlacedEntry[]
  readonly isMore: boolean
}

/** An entry, and the cursor that asks for what comes after it. */
export interface PlacedEntry {
  readonly entry: AuditEntry
  readonly cursor: string
}

/** The place in a merged list: one cursor of each source that has more; null where a source is at its end. */
export type MergedPlace = Readonly<Record<string, string | null>>

/** A source whose entries could not be read, and why. */
export interface MissingAudit {
  readonly service: string
  readonly problem: string
}

export interface MergedAudits {
  readonly entries: AuditEntry[]
  readonly next: MergedPlace | null
  readonly missing: MissingAudit[]
}

interface Reading {
  readonly name: string
  place: string
  readonly ahead: PlacedEntry[]
  readonly isMore: boolean
  /** Why it could not be read. */
  readonly problem: string | null
}

/** One page of several audits as one, newest first: no entry is lost or shown twice, also while new ones come in. Each source
 *  is read for as many entries as the page has, and no further. One that is away is named in `missing` and left out of the
 *  pages after this one too: its entries would come out of order there. */
export async function mergeAudits(
  sources: readonly AuditSource[],
  limit: number,
  from: MergedPlace | null,
): Promise<MergedAudits> {
  const readings = await Promise.all(
    sources.map((source) => readIfThere(source, limit, from === null ? '' : (from[source.name] ?? null))),
  )
  const entries: AuditEntry[] = []
  while (entries.length < limit) {
    const newest = readings
      .filter((reading) => reading.ahead.length > 0)
      .sort((a, b) => newestFirst(a.ahead[0]!.entry, b.ahead[0]!.entry))[0]
    if (!newest) break
    const { entry, cursor } = newest.ahead.shift()!
    newest.place = cursor
    entries.push(entry)
  }
  const places = readings.map((reading) => [reading.name, hasMore(reading) ? reading.place : null] as const)
  const missing = readings.flatMap(({ name, problem }) => (problem === null ? [] : [{ service: name, problem }]))
  return { entries, next: readings.some(hasMore) ? Object.fromEntries(places) : null, missing }
}

const hasMore = ({ ahead, isMore }: Reading): boolean => ahead.length > 0 || isMore

async function readIfThere(source: AuditSource, limit: number, place: string | null): Promise<Reading> {
  try {
    return await readAhead(source, limit, place)
  } catch (error) {
    if (!source.mayBeAway || !isAway(error)) throw error
    const problem = error.code === 'unimplemented' ? 'it does not run here' : error.message
    return { name: source.name, place: '', ahead: [], isMore: false, problem }
  }
}

/** What a service answers that is not reached, is too slow, or is no part of the process that was asked. */
const isAway = (error: unknown): error is OpsError =>
  error instanceof OpsError && ['unavailable', 'deadline_exceeded', 'unimplemented'].includes(error.code)

/** Reads until `limit` entries lie ahead or the source ends; `place` is null when it ended before. */
async function readAhead(source: AuditSource, limit: number, place: string | null): Promise<Reading> {
  const ahead: PlacedEntry[] = []
  let isMore = place !== null
  while (isMore && ahead.length < limit) {
    const page = await source.list(limit - ahead.length, ahead.at(-1)?.cursor ?? place!)
    ahead.push(...page.entries)
    isMore = page.isMore && page.entries.length > 0
  }
  return { name: source.name, place: place ?? '', ahead, isMore, problem: null }
}

function newestFirst(a: AuditEntry, b: AuditEntry): number {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1
  return a.id > b.id ? -1 : 1
}
