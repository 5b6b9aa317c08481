import { topics } from '@akashic/events'
import { Kafka, logLevel } from 'kafkajs'

export interface CollectedEvent {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly traceparent: string | undefined
  readonly data: Readonly<Record<string, unknown>> & { readonly update?: { readonly body: string } }
}

export interface EventCollector {
  /** The events of a subject in the order in which they came, each once, as a subscriber keeps them. */
  of(subject: string): readonly CollectedEvent[]
  /** All that came, each once. */
  all(): readonly CollectedEvent[]
  stop(): Promise<void>
}

/** Reads every topic of the catalogue from its beginning, as another service does that knows nothing of ours. */
export async function collectEvents(brokers: readonly string[]): Promise<EventCollector> {
  const events = new Map<string, CollectedEvent>()
  const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 100 }
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry })
  const consumer = kafka.consumer({ groupId: 'collector', sessionTimeout: 6_000, heartbeatInterval: 1_000, retry })
  await consumer.connect()
  await consumer.subscribe({ topics: topics.map(({ name }) => name), fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message: { headers, value } }) => {
      const header = (name: string) => headers?.[name]?.toString()
      const id = header('ce_id') ?? ''
      if (events.has(id)) return
      const [type, subject] = [header('ce_type') ?? '', header('ce_subject') ?? '']
      const data = JSON.parse(value?.toString() ?? '{}') as CollectedEvent['data']
      events.set(id, { id, type, subject, traceparent: header('traceparent'), data })
    },
  })
  return {
    of: (subject) => [...events.values()].filter((event) => event.subject === subject),
    all: () => [...events.values()],
    stop: () => consumer.disconnect(),
  }
}

/** Makes the topics of the catalogue, as an operator does once for a cluster. */
export async function makeTopics(brokers: readonly string[]): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const wanted = topics.map(({ name, partitions }) => ({ topic: name, numPartitions: partitions }))
  await admin.createTopics({ topics: wanted, waitForLeaders: true })
  await admin.disconnect()
}
