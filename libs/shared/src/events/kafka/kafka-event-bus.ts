import type { DeliverDeps } from '../deliver.ts'
import { OpsError } from '../../errors/index.ts'
import type { EventBus, OutgoingEvent } from '../event-bus.ts'
import { applyTopics, makeTopics } from './apply-topics.ts'
import { createKafkaClient } from './kafka-client.ts'
import { toEventError } from './kafka-errors.ts'
import { withAdmin } from './keep-consuming.ts'
import { createEventProducer } from './produce.ts'
import { readTopics } from './read-topics.ts'
import { subscribeToKafka } from './subscribe.ts'

export interface KafkaEventBusOptions extends Omit<DeliverDeps, 'publish'> {
  /** `host:port` of each broker that bootstraps. */
  readonly brokers: readonly string[]
}

const deadLettersKeptMs = 30 * 24 * 3_600_000

/** Events on Kafka: CloudEvents in binary mode, keyed by subject. Connects when first used. */
export function createKafkaEventBus(options: KafkaEventBusOptions): EventBus {
  const { random, log } = options
  const kafka = createKafkaClient(options.brokers, log)
  const producer = createEventProducer(kafka)
  const closing = new AbortController()

  /** A topic of dead letters is made with the first of them. */
  async function publishDead(events: readonly OutgoingEvent[]): Promise<void> {
    try {
      await producer.publish(events)
    } catch (error) {
      if (!(error instanceof OpsError && error.code === 'failed_precondition')) throw error
      const names = [...new Set(events.map(({ topic }) => topic))]
      const topics = names.map((name) => ({ name, partitions: 1, retentionMs: deadLettersKeptMs }))
      await withAdmin(kafka, (admin) => makeTopics(admin, topics))
      await producer.publish(events)
    }
  }

  return {
    publish: (events) => producer.publish(events),
    subscribe: (subscription) =>
      subscribeToKafka({ ...options, kafka, publish: publishDead }, subscription, closing.signal),
    read: (wanted) =>
      readTopics({ kafka, random, log }, { ...wanted, signal: AbortSignal.any([wanted.signal, closing.signal]) }),
    applyTopics: async (topics, { dryRun }) => {
      const names = topics.map(({ name }) => name)
      return withAdmin(kafka, (admin) => applyTopics(admin, topics, dryRun)).catch((error: unknown) => {
        throw toEventError(error, names)
      })
    },
    close: async () => {
      closing.abort()
      await producer.close()
    },
  }
}
