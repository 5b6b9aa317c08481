import { sql, type Queryable, type Transaction } from '../../postgres/index.ts'
import type { OutgoingEvent } from '../event-bus.ts'
import type { RefusedEvent } from './publish-batch.ts'

/** `events` are JSON texts. */
export async function insertEvents(
  tx: Transaction,
  schema: string,
  events: readonly string[],
  channel: string,
): Promise<void> {
  await tx.query(sql`
    WITH added AS (
      INSERT INTO ${sql.identifier(schema, 'outbox')} (event)
      SELECT event
        FROM unnest(${events}::text[]::json[]) WITH ORDINALITY AS given (event, place)
       ORDER BY place
    )
    SELECT pg_notify(${channel}, '')`)
}

/** Whether this transaction is now the one that relays the outbox of `schema`, until it ends. */
export async function tryElect(tx: Transaction, schema: string): Promise<boolean> {
  const [row] = await tx.query<{ elected: boolean }>(sql`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${`akashic-relay:${schema}`}, 0)) AS elected`)
  return row!.elected
}

/** Takes the oldest committed events out, in their order; they are back when the transaction does not commit. */
export async function takeEvents(tx: Transaction, schema: string, limit: number): Promise<readonly OutgoingEvent[]> {
  const outbox = sql.identifier(schema, 'outbox')
  const rows = await tx.query<{ seq: number; event: OutgoingEvent }>(sql`
    DELETE FROM ${outbox}
     WHERE seq = ANY (ARRAY(SELECT seq FROM ${outbox} ORDER BY seq LIMIT ${limit}))
    RETURNING seq, event`)
  return rows.sort((a, b) => a.seq - b.seq).map(({ event }) => event)
}

/** Keeps what no topic took. */
export async function keepRefused(
  tx: Transaction,
  schema: string,
  refused: readonly RefusedEvent[],
  nowMs: number,
): Promise<void> {
  if (refused.length === 0) return
  await tx.query(sql`
    INSERT INTO ${sql.identifier(schema, 'outbox_refused')} (id, event, reason, refused_at)
    SELECT id, event, reason, ${new Date(nowMs)}
      FROM unnest(
             ${refused.map(({ event }) => event.id)}::uuid[],
             ${refused.map(({ event }) => JSON.stringify(event))}::text[]::json[],
             ${refused.map(({ reason }) => reason)}::text[]
           ) AS given (id, event, reason)
        ON CONFLICT (id) DO NOTHING`)
}

export interface Backlog {
  /** At most `countUpTo`. */
  readonly waiting: number
  readonly oldestAt: Date | null
}

export async function readBacklog(db: Queryable, schema: string, countUpTo: number): Promise<Backlog> {
  const outbox = sql.identifier(schema, 'outbox')
  const [row] = await db.query<Backlog>(sql`
    SELECT (SELECT count(*) FROM (SELECT 1 FROM ${outbox} LIMIT ${countUpTo}) AS counted) AS waiting,
           (SELECT added_at FROM ${outbox} ORDER BY seq LIMIT 1) AS "oldestAt"`)
  return row!
}
