import { pino } from 'pino'
import { systemClock } from '../clock/index.ts'
import { uuidv7 } from '../ids/index.ts'
import { sql, type Database } from '../postgres/index.ts'
import { createEventBus, createRelay, type EventBus, type EventBusOptions, type OutgoingEvent } from './index.ts'

const log = pino({ level: 'silent' })
const parts = { clock: systemClock, random: Math.random, log }

/** For tests: an event about `subject` whose data is `n`. */
export const anEvent = (
  topic: string,
  subject: string,
  n: number,
  more: Partial<OutgoingEvent> = {},
): OutgoingEvent => ({
  id: uuidv7(),
  topic,
  type: 'akashic.test.counted.v1',
  source: '/test',
  subject,
  time: new Date().toISOString(),
  data: { n },
  ...more,
})

/** For tests: a bus that tries an event three times, quickly. */
export const aBus = (
  databaseUrl: string,
  kafkaBrokers: readonly string[] | null,
  more: Partial<EventBusOptions> = {},
): Promise<EventBus> =>
  createEventBus({ ...parts, databaseUrl, kafkaBrokers, retry: { attempts: 3, firstDelayMs: 5 }, ...more })

/** For tests: the relay of the outbox that `makeOutboxTable` makes. */
export const aRelay = (db: Database, bus: Pick<EventBus, 'publish' | 'ensureTopics'>) =>
  createRelay({ ...parts, schema: 'test', db, bus })

/** For tests: an outbox as services have it. */
export async function makeOutboxTable(db: Database): Promise<void> {
  await db.query(sql`CREATE SCHEMA test`)
  await db.query(sql`
    CREATE TABLE test.outbox (
      seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      event json NOT NULL,
      added_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )`)
  await db.query(sql`
    CREATE TABLE test.outbox_refused (
      id uuid PRIMARY KEY,
      event json NOT NULL,
      reason text NOT NULL,
      refused_at timestamptz NOT NULL
    )`)
  await db.query(sql`CREATE TABLE test.subject (id text PRIMARY KEY, n int NOT NULL DEFAULT 0)`)
}
