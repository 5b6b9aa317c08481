import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { Clock } from '../../clock/index.ts'
import { openDatabase, type Database } from '../../postgres/index.ts'
import type { DeliverDeps } from '../deliver.ts'
import type { EventBus, OutgoingEvent } from '../event-bus.ts'
import { applyTopics } from './apply-topics.ts'
import { partitionOf } from './partition-of.ts'
import { readLog } from './read-log.ts'
import { addMissingTopic, append, dropExpired, topicPartitions } from './store.ts'
import { subscribeToLog } from './subscribe.ts'

/** The tables of the event log. Every process that uses it runs them at its start. */
export const eventLogMigrations = {
  schema: 'events',
  dir: fileURLToPath(new URL('../migrations', import.meta.url)),
}

export interface PostgresEventBusOptions extends Omit<DeliverDeps, 'publish'> {
  readonly databaseUrl: string
  readonly clock: Clock
  readonly log: Logger
}

/** A consumer holds a connection while it works on a batch: never one that its own work waits for. */
const maxConnections = 6
const dropEveryMs = 600_000
/** Of a topic that nobody has defined. */
const defaultRetentionMs = 7 * 24 * 3_600_000

/** Events in tables of the database: topics, partitions and groups as in Kafka. Connects when first used. */
export function createPostgresEventBus(options: PostgresEventBusOptions): EventBus {
  const { clock, log } = options
  const db = openDatabase({ url: options.databaseUrl, applicationName: 'akashic-events', maxConnections, log })
  const closing = new AbortController()
  let droppedAtMs = -Infinity

  async function publish(events: readonly OutgoingEvent[]): Promise<void> {
    if (events.length === 0) return
    const partitions = await partitionsOf(db, [...new Set(events.map(({ topic }) => topic))])
    const placed = events.map((event) => ({
      event,
      partition: partitionOf(event.subject, partitions.get(event.topic)!),
    }))
    await db.transaction((tx) => append(tx, placed))
    if (clock.now() - droppedAtMs < dropEveryMs) return
    droppedAtMs = clock.now()
    await dropExpired(db, droppedAtMs).catch((error: unknown) => {
      log.warn({ err: error }, 'events past their retention could not be dropped; they are tried again')
    })
  }

  const deps = { ...options, db, publish }
  return {
    publish,
    subscribe: (subscription) => subscribeToLog(deps, subscription, closing.signal),
    read: (wanted) => readLog(db, { ...wanted, signal: AbortSignal.any([wanted.signal, closing.signal]) }),
    applyTopics: (topics, { dryRun }) => applyTopics(db, topics, dryRun),
    close: async () => {
      closing.abort()
      await db.close()
    },
  }
}

async function partitionsOf(db: Database, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const known = await topicPartitions(db, topics)
  const missing = topics.filter((topic) => !known.has(topic)).sort()
  if (missing.length === 0) return known
  await db.transaction(async (tx) => {
    for (const topic of missing) await addMissingTopic(tx, topic, defaultRetentionMs)
  })
  return topicPartitions(db, topics)
}
