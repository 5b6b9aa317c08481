import { sql, type Queryable, type Transaction } from '../../postgres/index.ts'
import type { DeliveredEvent, Event, OutgoingEvent } from '../event-bus.ts'

export const logChannel = 'akashic_event_log'

/** Where a reader goes on in a partition. */
export interface NextOffset {
  readonly topic: string
  readonly partition: number
  readonly nextOffset: number
}

/** A CloudEvents id is unique in its source; an event that two groups gave up is in the dead letters once for each. */
const dedupeKey = ({ id, deadLetter }: Event): string => (deadLetter ? `${id} ${deadLetter.group}` : id)

export async function topicPartitions(db: Queryable, topics: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.query<{ topic: string; count: number }>(sql`
    SELECT topic, count(*) AS count
      FROM events.partition
     WHERE topic = ANY (${topics})
     GROUP BY topic`)
  return new Map(rows.map(({ topic, count }) => [topic, count]))
}

/** Makes a topic, or brings it to these figures; partitions are only ever added. */
export async function putTopic(tx: Transaction, name: string, partitions: number, retentionMs: number): Promise<void> {
  await tx.query(sql`
    INSERT INTO events.topic (name, retention_ms)
    VALUES (${name}, ${retentionMs})
    ON CONFLICT (name) DO UPDATE SET retention_ms = excluded.retention_ms`)
  await tx.query(sql`
    INSERT INTO events.partition (topic, partition)
    SELECT ${name}, number
      FROM generate_series(0, ${partitions}::int - 1) AS number
    ON CONFLICT DO NOTHING`)
}

export async function addMissingTopic(tx: Transaction, name: string, retentionMs: number): Promise<void> {
  await tx.query(sql`
    INSERT INTO events.topic (name, retention_ms)
    VALUES (${name}, ${retentionMs})
    ON CONFLICT DO NOTHING`)
  await tx.query(sql`
    INSERT INTO events.partition (topic, partition)
    VALUES (${name}, 0)
    ON CONFLICT DO NOTHING`)
}

export async function readTopics(db: Queryable, names: readonly string[]) {
  return db.query<{ name: string; retentionMs: number; partitions: number }>(sql`
    SELECT name, retention_ms AS "retentionMs", count(partition) AS partitions
      FROM events.topic
      LEFT JOIN events.partition ON topic = name
     WHERE name = ANY (${names})
     GROUP BY name`)
}

export interface Placed {
  readonly partition: number
  readonly event: OutgoingEvent
}

/** Appends, each partition in the order given, what is not in the log yet. */
export async function append(tx: Transaction, placed: readonly Placed[]): Promise<void> {
  const touched = new Map(
    placed.map(({ partition, event: { topic } }) => [`${partition} ${topic}`, { topic, partition }]),
  )
  const partitions = [...touched.values()]
  const locked = await tx.query(sql`
    SELECT 1
      FROM events.partition
     WHERE (topic, partition) IN (
       SELECT * FROM unnest(${partitions.map((p) => p.topic)}::text[], ${partitions.map((p) => p.partition)}::int[]))
     ORDER BY topic, partition
       FOR UPDATE`)
  if (locked.length < partitions.length) throw new Error('a partition of the event log has vanished')
  const fresh = await withoutKnown(tx, placed)
  await tx.query(sql`
    WITH given AS (
      SELECT topic, partition, key, time, event,
             row_number() OVER (PARTITION BY topic, partition ORDER BY place) - 1 AS place
        FROM unnest(
          ${fresh.map((f) => f.event.topic)}::text[], ${fresh.map((f) => f.partition)}::int[],
          ${fresh.map((f) => dedupeKey(f.event))}::text[], ${fresh.map((f) => f.event.time)}::timestamptz[],
          ${fresh.map((f) => JSON.stringify(withoutTopic(f.event)))}::text[]::json[]
        ) WITH ORDINALITY AS given (topic, partition, key, time, event, place)
    ), added AS (
      INSERT INTO events.event_log (topic, partition, log_offset, dedupe_key, time, event)
      SELECT topic, partition, next_offset + place, key, time, event
        FROM given
        JOIN events.partition USING (topic, partition)
    )
    UPDATE events.partition AS p
       SET next_offset = next_offset + count
      FROM (SELECT topic, partition, count(*) AS count FROM given GROUP BY topic, partition) AS sum
     WHERE (p.topic, p.partition) = (sum.topic, sum.partition)`)
  await tx.query(sql`SELECT pg_notify(${logChannel}, '')`)
}

function withoutTopic({ topic: _, ...event }: OutgoingEvent): Event {
  return event
}

async function withoutKnown(tx: Transaction, placed: readonly Placed[]): Promise<readonly Placed[]> {
  const rows = await tx.query<{ topic: string; key: string }>(sql`
    SELECT topic, dedupe_key AS key
      FROM events.event_log
     WHERE (topic, dedupe_key) IN (
       SELECT * FROM unnest(
         ${placed.map((p) => p.event.topic)}::text[], ${placed.map((p) => dedupeKey(p.event))}::text[]))`)
  const seen = new Set(rows.map(({ topic, key }) => `${topic} ${key}`))
  return placed.filter(({ event }) => {
    const name = `${event.topic} ${dedupeKey(event)}`
    if (seen.has(name)) return false
    seen.add(name)
    return true
  })
}

/** The first events of each of `from`, at most `limit` of each, in their order. */
export async function readEvents(db: Queryable, from: readonly NextOffset[], limit: number): Promise<DeliveredEvent[]> {
  const rows = await db.query<{ topic: string; partition: number; offset: number; event: Event }>(sql`
    SELECT topic, partition, log_offset AS offset, event
      FROM unnest(
        ${from.map((f) => f.topic)}::text[], ${from.map((f) => f.partition)}::int[],
        ${from.map((f) => f.nextOffset)}::bigint[]
      ) AS wanted (of_topic, of_partition, next_offset)
     CROSS JOIN LATERAL (
       SELECT topic, partition, log_offset, event
         FROM events.event_log
        WHERE topic = of_topic AND partition = of_partition AND log_offset >= next_offset
        ORDER BY log_offset
        LIMIT ${limit}
     ) AS found
     ORDER BY topic, partition, log_offset`)
  return rows.map(({ topic, partition, offset, event }) => ({
    ...event,
    position: { topic, partition, offset: String(offset) },
  }))
}

/** Where each partition of `topics` has its first event at or after `timeMs`, else its end; its first event when that is null. */
export async function offsetsAt(
  db: Queryable,
  topics: readonly string[],
  timeMs: number | null,
): Promise<NextOffset[]> {
  const time = timeMs === null ? null : new Date(timeMs)
  return db.query<NextOffset>(sql`
    SELECT topic, partition,
           COALESCE(CASE WHEN ${time}::timestamptz IS NULL THEN 0 ELSE (
             SELECT min(log_offset)
               FROM events.event_log AS l
              WHERE l.topic = p.topic AND l.partition = p.partition AND l.time >= ${time}
           ) END, next_offset) AS "nextOffset"
      FROM events.partition AS p
     WHERE topic = ANY (${topics})`)
}

export async function offsetsAtEnd(db: Queryable, topics: readonly string[]): Promise<NextOffset[]> {
  return db.query<NextOffset>(sql`
    SELECT topic, partition, next_offset AS "nextOffset"
      FROM events.partition
     WHERE topic = ANY (${topics})`)
}

/** Of `topics`, those with which `group` begins in this transaction. */
export async function joinTopics(
  tx: Transaction,
  group: string,
  topics: readonly string[],
): Promise<readonly string[]> {
  const rows = await tx.query<{ topic: string }>(sql`
    INSERT INTO events.consumer_group (name, topic)
    SELECT ${group}, topic
      FROM unnest(${topics}::text[]) AS topic
     ORDER BY topic
    ON CONFLICT DO NOTHING
    RETURNING topic`)
  return rows.map(({ topic }) => topic)
}

export async function addPositions(tx: Transaction, group: string, from: readonly NextOffset[]): Promise<void> {
  await tx.query(sql`
    INSERT INTO events.group_position (group_name, topic, partition, next_offset)
    SELECT ${group}, *
      FROM unnest(
        ${from.map((f) => f.topic)}::text[], ${from.map((f) => f.partition)}::int[],
        ${from.map((f) => f.nextOffset)}::bigint[])
    ON CONFLICT DO NOTHING`)
}

/** Partitions that were added since the group began are read from their first event. */
export async function addNewPartitions(db: Queryable, group: string, topics: readonly string[]): Promise<void> {
  await db.query(sql`
    INSERT INTO events.group_position (group_name, topic, partition, next_offset)
    SELECT ${group}, topic, partition, 0
      FROM events.partition
     WHERE topic = ANY (${topics})
       AND NOT EXISTS (
         SELECT 1
           FROM events.group_position AS g
          WHERE g.group_name = ${group} AND (g.topic, g.partition) = (partition.topic, partition.partition))
    ON CONFLICT DO NOTHING`)
}

export interface ClaimedPartition extends NextOffset {
  /** Events before it are committed, and visible to the statements that follow. */
  readonly end: number
}

/** A partition with something new for `group` that no other member works on, until the transaction ends. */
export async function claimPartition(
  tx: Transaction,
  group: string,
  topics: readonly string[],
): Promise<ClaimedPartition | undefined> {
  const [claimed] = await tx.query<ClaimedPartition>(sql`
    SELECT g.topic, g.partition, g.next_offset AS "nextOffset", p.next_offset AS end
      FROM events.group_position AS g
      JOIN events.partition AS p USING (topic, partition)
     WHERE g.group_name = ${group} AND g.topic = ANY (${topics}) AND g.next_offset < p.next_offset
     ORDER BY random()
     LIMIT 1
       FOR UPDATE OF g SKIP LOCKED`)
  return claimed
}

export async function savePosition(tx: Transaction, group: string, next: NextOffset): Promise<void> {
  await tx.query(sql`
    UPDATE events.group_position
       SET next_offset = ${next.nextOffset}
     WHERE group_name = ${group} AND topic = ${next.topic} AND partition = ${next.partition}`)
}

/** Whether this transaction is now the one that drops what is past its retention, until it ends. */
export async function tryDropping(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query<{ isMine: boolean }>(sql`
    SELECT pg_try_advisory_xact_lock(hashtextextended('akashic-event-log-retention', 0)) AS "isMine"`)
  return row!.isMine
}

/** Drops what is past the retention of its topic, at most `limit` of each partition.
 *  @returns how many went. */
export async function dropExpired(tx: Transaction, nowMs: number, limit: number): Promise<number> {
  const dropped = await tx.query(sql`
    WITH expired AS MATERIALIZED (
      SELECT found.*
        FROM events.partition AS p
        JOIN events.topic AS t ON t.name = p.topic
       CROSS JOIN LATERAL (
         SELECT topic, partition, log_offset
           FROM events.event_log AS l
          WHERE l.topic = p.topic AND l.partition = p.partition
            AND l.time < ${new Date(nowMs)}::timestamptz - t.retention_ms * interval '1 ms'
          ORDER BY l.time
          LIMIT ${limit}
       ) AS found
    )
    DELETE FROM events.event_log AS l
     USING expired AS e
     WHERE (l.topic, l.partition, l.log_offset) = (e.topic, e.partition, e.log_offset)
    RETURNING 1`)
  return dropped.length
}
