import type { Logger } from 'pino'
import { Counter, type Registry } from 'prom-client'
import type { Clock } from '../clock/index.ts'
import { defaultRetry, type RetryPolicy } from './deliver.ts'
import type { EventBus } from './event-bus.ts'
import { createPostgresEventBus } from './postgres/postgres-event-bus.ts'

export interface EventBusOptions {
  /** `host:port` of each; null: events are kept in the database. */
  readonly kafkaBrokers: readonly string[] | null
  /** Never logged. */
  readonly databaseUrl: string
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly metrics?: Registry
  /** How often a consumer's failure is tried again; default 5 times over about 3 s. */
  readonly retry?: RetryPolicy
  /** How long a call to Kafka may take; default 20 s. The relay's transaction waits for it, and the server ends one after 60 s. */
  readonly kafkaDeadlineMs?: number
}

const kafkaDeadlineMs = 20_000

/** The event bus of a process. Nothing is contacted until it is used; the Kafka client is loaded only where there are brokers. */
export async function createEventBus(options: EventBusOptions): Promise<EventBus> {
  const { kafkaBrokers, metrics, retry = defaultRetry } = options
  const parts = { ...options, retry, delivered: metrics && deliveredIn(metrics) }
  if (kafkaBrokers === null) return createPostgresEventBus(parts)
  const { createKafkaEventBus } = await import('./kafka/kafka-event-bus.ts')
  const deadlineMs = options.kafkaDeadlineMs ?? kafkaDeadlineMs
  return createKafkaEventBus({ ...parts, brokers: kafkaBrokers, deadlineMs })
}

function deliveredIn(metrics: Registry): Counter<'group' | 'outcome'> {
  return new Counter({
    name: 'akashic_events_delivered_total',
    help: 'Events that a consumer group processed, or gave up to the dead letters.',
    labelNames: ['group', 'outcome'],
    registers: [metrics],
  })
}
