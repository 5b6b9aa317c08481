import type { Admin } from 'kafkajs'
import { OpsError } from '../../errors/index.ts'
import type { DeliverDeps } from '../deliver.ts'
import type { EventBus, OutgoingEvent, TopicDefinition } from '../event-bus.ts'
import { applyTopics, ensureTopics, makeTopics } from './apply-topics.ts'
import { createKafkaClient } from './kafka-client.ts'
import { toEventError } from './kafka-errors.ts'
import { withAdmin } from './keep-consuming.ts'
import { throughLeaderChanges } from './leader-changes.ts'
import { offsetsAt } from './positions.ts'
import { createEventProducer } from './produce.ts'
import { readTopics } from './read-topics.ts'
import { subscribeToKafka } from './subscribe.ts'
import { within } from './within.ts'

export interface KafkaEventBusOptions extends Omit<DeliverDeps, 'publish'> {
  /** `host:port` of each broker that bootstraps. */
  readonly brokers: readonly string[]
  /** How long a call may take before it counts as failed. */
  readonly deadlineMs: number
}

const deadLettersKeptMs = 30 * 24 * 3_600_000

/** Events on Kafka: CloudEvents in binary mode, keyed by subject. Connects when first used. */
export function createKafkaEventBus(options: KafkaEventBusOptions): EventBus {
  const { random, log, deadlineMs } = options
  const kafka = createKafkaClient(options.brokers, log)
  const producer = createEventProducer(kafka, deadlineMs)
  const closing = new AbortController()

  const administer = <T>(topics: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> =>
    within(
      deadlineMs,
      throughLeaderChanges(() => withAdmin(kafka, work), random),
    ).catch((error: unknown) => {
      throw toEventError(error, topics)
    })

  async function publish(events: readonly OutgoingEvent[]): Promise<void> {
    try {
      await producer.publish(events)
    } catch (error) {
      const names = [...new Set(events.map(({ topic }) => topic))]
      if (!isMissing(error) || !events.every(({ deadLetter }) => deadLetter)) throw error
      // A topic of dead letters is made with the first of them.
      const topics = names.map((name) => ({ name, partitions: 1, retentionMs: deadLettersKeptMs }))
      await administer(names, (admin) => makeTopics(admin, topics))
      await producer.publish(events)
    }
  }

  return {
    publish,
    subscribe: (subscription) => subscribeToKafka({ ...options, kafka, publish }, subscription, closing.signal),
    read: (wanted) =>
      readTopics({ kafka, random, log }, { ...wanted, signal: AbortSignal.any([wanted.signal, closing.signal]) }),
    positions: async (topics, at) => {
      const offsets = await administer(topics, (admin) => offsetsAt(admin, topics, at))
      return offsets.map(({ offset, ...place }) => ({ ...place, offset: String(BigInt(offset) - 1n) }))
    },
    ensureTopics: (topics) => administer(namesOf(topics), (admin) => ensureTopics(admin, topics)),
    applyTopics: (topics, { dryRun }) => administer(namesOf(topics), (admin) => applyTopics(admin, topics, dryRun)),
    close: async () => {
      closing.abort()
      await producer.close()
    },
  }
}

const namesOf = (topics: readonly TopicDefinition[]): string[] => topics.map(({ name }) => name)

const isMissing = (error: unknown): boolean => error instanceof OpsError && error.code === 'failed_precondition'
