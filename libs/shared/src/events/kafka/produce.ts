import { Partitioners, type Kafka, type Producer } from 'kafkajs'
import type { OutgoingEvent } from '../event-bus.ts'
import { toRecord, type KafkaRecord } from './cloud-event.ts'
import { toEventError } from './kafka-errors.ts'
import { within } from './within.ts'

export interface EventProducer {
  publish(events: readonly OutgoingEvent[]): Promise<void>
  close(): Promise<void>
}

/** Below 1 MiB (message.max.bytes), which a broker takes as one batch of a partition. */
const maxBatchBytes = 800_000
/** Framing of a record and of its headers, on the safe side. */
const overheadBytes = 200

/** Produces with acks of all replicas, idempotent within a producer, one request after the other. After a failure, or when a call
 *  takes longer than `deadlineMs`, a new producer begins: whether the broker kept the batch is not known then, and the old
 *  sequence would make it drop other events as repeated. */
export function createEventProducer(kafka: Kafka, deadlineMs: number): EventProducer {
  let connected: Promise<Producer> | undefined
  let last: Promise<unknown> = Promise.resolve()

  async function connect(): Promise<Producer> {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      // An idempotent producer's own default would go on for hours.
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 },
    })
    try {
      await producer.connect()
    } catch (error) {
      await producer.disconnect().catch(() => undefined)
      throw error
    }
    return producer
  }

  /** Need not be waited for: an old producer ends once the broker has answered what it was asked. */
  function drop(): Promise<void> {
    const old = connected
    connected = undefined
    return Promise.resolve(old?.then((producer) => producer.disconnect())).catch(() => undefined)
  }

  async function sendAll(events: readonly OutgoingEvent[]): Promise<void> {
    const connection = (connected ??= connect())
    const producer = await connection
    for (const batch of batchesOf(events)) {
      if (connected !== connection) return
      await producer.sendBatch({ acks: -1, timeout: 10_000, topicMessages: batch })
    }
  }

  async function send(events: readonly OutgoingEvent[]): Promise<void> {
    try {
      await within(deadlineMs, sendAll(events))
    } catch (error) {
      void drop()
      throw toEventError(
        error,
        events.map(({ topic }) => topic),
      )
    }
  }

  return {
    publish: (events) => {
      if (events.length === 0) return Promise.resolve()
      const sent = last.then(() => send(events))
      last = sent.catch(() => undefined)
      return sent
    },
    close: async () => {
      await last
      await drop()
    },
  }
}

interface TopicRecords {
  readonly topic: string
  readonly messages: KafkaRecord[]
}

/** `events` in their order, each batch small enough for a broker. */
function batchesOf(events: readonly OutgoingEvent[]): TopicRecords[][] {
  const batches: Map<string, TopicRecords>[] = []
  let bytes = Infinity
  for (const event of events) {
    const record = toRecord(event)
    const size = sizeOf(record)
    if (bytes + size > maxBatchBytes) {
      batches.push(new Map())
      bytes = 0
    }
    bytes += size
    const batch = batches.at(-1)!
    const ofTopic = batch.get(event.topic)
    if (ofTopic) ofTopic.messages.push(record)
    else batch.set(event.topic, { topic: event.topic, messages: [record] })
  }
  return batches.map((batch) => [...batch.values()])
}

function sizeOf({ key, value, headers }: KafkaRecord): number {
  const headerBytes = Object.entries(headers).reduce(
    (sum, [name, text]) => sum + name.length + Buffer.byteLength(text),
    0,
  )
  return overheadBytes + Buffer.byteLength(key) + Buffer.byteLength(value) + headerBytes
}
