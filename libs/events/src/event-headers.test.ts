import { systemClock } from '@akashic/shared/clock'
import { createEventBus, type EventBus, type OutgoingEvent } from '@akashic/shared/events'
import { describeReal, eventually, startKafka, type KafkaServer } from '@akashic/testbed'
import { Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { incidentTopic, topics } from './index.ts'
import { sampleEvents } from './sample-events.ts'
import { readValidators } from './testing/read-validators.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const samples = sampleEvents({ nowMs: Date.parse('2026-11-23T19:37:00Z'), actor: 'person:admin' })
const deadLetter = {
  group: 'mailer',
  reason: 'The mail server refuses it.',
  position: { topic: incidentTopic, partition: 2, offset: '41' },
}

describeReal('kafka', () => {
  let kafka: KafkaServer
  let bus: EventBus
  let reader: Reader

  beforeAll(async () => {
    kafka = await startKafka()
    const parts = { clock: systemClock, random: () => 0.5, log: pino({ level: 'silent' }) }
    bus = await createEventBus({ ...parts, kafkaBrokers: kafka.brokers, databaseUrl: '' })
    await bus.ensureTopics(topics)
    reader = await startReader(kafka)
  }, 60_000)
  afterAll(async () => {
    await reader?.close()
    await bus?.close()
    await kafka?.stop()
  })

  test('an event of every kind has on Kafka the key and the headers that the AsyncAPI document names', async () => {
    const { accepts, faultsOfHeaders } = await readValidators()
    await bus.publish(samples.map((event, i) => (i === 0 ? { ...event, traceparent } : event)))
    for (const event of samples) {
      const { key, headers, value } = await reader.messageOf(event.topic, event)
      expect(faultsOfHeaders(event.type, headers)).toEqual([])
      expect(key).toBe(event.subject)
      expect(accepts(event.type, value)).toBe(true)
    }
    const { headers } = await reader.messageOf(incidentTopic, samples[0]!)
    expect(headers).toMatchObject({ traceparent, ce_traceparent: traceparent })
  }, 60_000)

  test('a dead letter has the headers that the document names, and the headers of the event', async () => {
    const { faultsOfHeaders } = await readValidators()
    const topic = `${incidentTopic}.dead`
    const [event] = samples
    await bus.publish([{ ...event!, topic, deadLetter }])
    const { headers } = await reader.messageOf(topic, event!)
    expect(faultsOfHeaders('incidents.dead', headers)).toEqual([])
    expect(headers).toMatchObject({ ce_type: event!.type, ce_deadgroup: 'mailer', ce_deadoffset: '41' })
  }, 60_000)
})

test('the documents refuse headers without an id, and those of another kind of event', async () => {
  const { faultsOfHeaders } = await readValidators()
  const headers = { ce_specversion: '1.0', ce_type: 'akashic.incident.opened.v1' }
  expect(faultsOfHeaders('akashic.incident.updated.v1', headers)).toEqual(
    expect.arrayContaining([expect.stringContaining("'ce_id'"), expect.stringContaining('/ce_type')]),
  )
})

interface ReadMessage {
  readonly topic: string
  readonly key: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly value: unknown
}

interface Reader {
  /** The message of `event` in `topic`. */
  messageOf(topic: string, event: OutgoingEvent): Promise<ReadMessage>
  close(): Promise<void>
}

/** Reads every topic of the catalogue as any client of Kafka does. */
async function startReader({ brokers }: KafkaServer): Promise<Reader> {
  const consumer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({
    groupId: 'reader',
    maxWaitTimeInMs: 100,
  })
  const messages: ReadMessage[] = []
  await consumer.connect()
  await consumer.subscribe({ topics: topics.map(({ name }) => name), fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ topic, message: { key, headers = {}, value } }) => {
      const read = Object.entries(headers).map(([name, text]) => [name, String(text)] as const)
      messages.push({
        topic,
        key: key?.toString(),
        headers: Object.fromEntries(read),
        value: JSON.parse(String(value)) as unknown,
      })
    },
  })
  return {
    messageOf: (topic, event) =>
      eventually(() => {
        const found = messages.find((message) => message.topic === topic && message.headers['ce_id'] === event.id)
        if (found === undefined) throw new Error(`${topic} has no ${event.type}`)
        return found
      }, 20_000),
    close: () => consumer.disconnect(),
  }
}
