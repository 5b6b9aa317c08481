import { sql, type Queryable } from '@akashic/shared/postgres'
import type { TimelineEntry } from './entry.ts'

interface EntryRow {
  readonly seq: number
  readonly at: Date
  readonly actor: string
  readonly kind: string
  readonly body: Record<string, unknown>
  readonly previous_hash: string
  readonly hash: string
}

export async function insert(tx: Queryable, incidentNum: number, entries: readonly TimelineEntry[]): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.timeline_entry
      (incident_num, seq, at, actor, kind, body, previous_hash, hash)
    SELECT ${incidentNum}, *
      FROM unnest(
             ${entries.map((entry) => entry.seq)}::int[],
             ${entries.map((entry) => new Date(entry.atMs))}::timestamptz[],
             ${entries.map((entry) => entry.actor)}::text[],
             ${entries.map((entry) => entry.kind)}::text[],
             ${entries.map((entry) => JSON.stringify(entry.body))}::jsonb[],
             ${entries.map((entry) => entry.previousHash)}::text[],
             ${entries.map((entry) => entry.hash)}::text[]
           )`)
}

/** The `limit` entries after number `afterSeq`, oldest first. */
export async function readAfter(
  db: Queryable,
  incidentNum: number,
  afterSeq: number,
  limit: number,
): Promise<TimelineEntry[]> {
  const rows = await db.query<EntryRow>(sql`
    SELECT seq, at, actor, kind, body, previous_hash, hash
      FROM status.timeline_entry
     WHERE incident_num = ${incidentNum} AND seq > ${afterSeq}
     ORDER BY seq
     LIMIT ${limit}`)
  return rows.map(entryOf)
}

/** The entries of one kind in the timelines of these incidents, by the incident's number, oldest first. */
export async function readKind(
  db: Queryable,
  incidentNums: readonly number[],
  kind: string,
): Promise<ReadonlyMap<number, readonly TimelineEntry[]>> {
  if (incidentNums.length === 0) return new Map()
  const rows = await db.query<EntryRow & { incident_num: number }>(sql`
    SELECT incident_num, seq, at, actor, kind, body, previous_hash, hash
      FROM status.timeline_entry
     WHERE incident_num = ANY(${incidentNums}::int[]) AND kind = ${kind}
     ORDER BY incident_num, seq`)
  const grouped = Map.groupBy(rows, (row) => row.incident_num)
  return new Map([...grouped].map(([num, entries]) => [num, entries.map(entryOf)]))
}

function entryOf(row: EntryRow): TimelineEntry {
  return {
    seq: row.seq,
    atMs: row.at.getTime(),
    actor: row.actor,
    kind: row.kind,
    body: row.body,
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}
