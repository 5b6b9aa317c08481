import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { Clock } from '../../clock/index.ts'
import { OpsError } from '../../errors/index.ts'
import { openDatabase, sqlStateOf, type Database } from '../../postgres/index.ts'
import type { DeliverDeps } from '../deliver.ts'
import type { EventBus, OutgoingEvent } from '../event-bus.ts'
import { applyTopics } from './apply-topics.ts'
import { createRetention } from './keep-retention.ts'
import { partitionOf } from './partition-of.ts'
import { readLog } from './read-log.ts'
import { addMissingTopic, append, offsetsAt, offsetsAtEnd, topicPartitions } from './store.ts'
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
/** Of a topic that nobody has defined. */
const defaultRetentionMs = 7 * 24 * 3_600_000

/** Events in tables of the database: topics, partitions and groups as in Kafka. Connects when first used. */
export function createPostgresEventBus(options: PostgresEventBusOptions): EventBus {
  const { log } = options
  const db = openDatabase({ url: options.databaseUrl, applicationName: 'akashic-events', maxConnections, log })
  const closing = new AbortController()
  const retention = createRetention({ ...options, db })

  async function publish(events: readonly OutgoingEvent[]): Promise<void> {
    if (events.length === 0) return
    const partitions = await partitionsOf(db, [...new Set(events.map(({ topic }) => topic))])
    const placed = events.map((event) => ({
      event,
      partition: partitionOf(event.subject, partitions.get(event.topic)!),
    }))
    await db
      .transaction((tx) => append(tx, placed))
      .catch((error: unknown) => {
        throw refusalOf(error)
      })
    retention.start()
  }

  const deps = { ...options, db, publish }
  return {
    publish,
    subscribe: (subscription) => subscribeToLog(deps, subscription, closing.signal),
    read: (wanted) => readLog(db, { ...wanted, signal: AbortSignal.any([wanted.signal, closing.signal]) }),
    positions: async (topics, at) => {
      const offsets = at === 'latest' ? await offsetsAtEnd(db, topics) : await offsetsAt(db, topics, at.timeMs)
      return offsets.map(({ topic, partition, nextOffset }) => ({ topic, partition, offset: String(nextOffset - 1) }))
    },
    ensureTopics: async (topics) => {
      retention.start()
      return (await applyTopics(db, topics, false)).filter(({ change }) => change !== 'none')
    },
    applyTopics: (topics, { dryRun }) => applyTopics(db, topics, dryRun),
    close: async () => {
      closing.abort()
      await retention.stop()
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

/** What the server says of the values themselves (SQLSTATE class 22) it will say again. */
function refusalOf(error: unknown): unknown {
  if (!sqlStateOf(error)?.startsWith('22')) return error
  const sentence = error instanceof Error ? error.message : String(error)
  return new OpsError('invalid_argument', `the event log does not take this: ${sentence}`, { cause: error })
}
