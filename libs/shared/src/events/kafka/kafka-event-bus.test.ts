import {
  describeReal,
  eventually,
  startKafka,
  testDatabase,
  type KafkaServer,
  type TestDatabase,
} from '@akashic/testbed'
import { Kafka as CloudEventsKafka, type CloudEvent, type Message } from 'cloudevents'
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs'
import { createOutbox, type DeliveredEvent, type EventBus } from '../index.ts'
import { sql } from '../../postgres/index.ts'
import { aBus, anEvent, aRelay, makeOutboxTable } from '../testing.ts'

describeReal('kafka', () => {
  let kafka: KafkaServer
  let database: TestDatabase
  let bus: EventBus

  beforeAll(async () => {
    kafka = await startKafka()
    database = await testDatabase()
    await makeOutboxTable(database.db)
    bus = await aBus(database.url, kafka.brokers)
  }, 90_000)
  afterAll(async () => {
    await bus.close()
    await database.close()
    await kafka.stop()
  })

  const aTopic = (name: string) =>
    bus.applyTopics([{ name, partitions: 3, retentionMs: 86_400_000 }], { dryRun: false })
  const subjectsAndNumbers = (events: readonly DeliveredEvent[]) =>
    events.map(({ subject, data }) => `${subject}${(data as { n: number }).n}`)

  test('any other client reads the events as CloudEvents in binary mode, keyed by their subject', async () => {
    await aTopic('test.shape')
    const event = anEvent('test.shape', 'incident-1', 1, {
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      actor: 'person:ada',
      incidentId: 'incident-1',
    })
    await bus.publish([event])
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING })
    const consumer = client.consumer({ groupId: 'other-client' })
    const messages: KafkaMessage[] = []
    await consumer.connect()
    await consumer.subscribe({ topic: 'test.shape', fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => void messages.push(message) })
    await eventually(() => expect(messages).toHaveLength(1), 15_000)
    await consumer.disconnect()

    const [message] = messages
    expect(message!.key?.toString()).toBe('incident-1')
    expect(message!.timestamp).toBe(String(Date.parse(event.time)))
    const headers = Object.fromEntries(
      Object.entries(message!.headers!).map(([name, value]) => [name, (value as Buffer).toString()]),
    )
    expect(headers.traceparent).toBe(event.traceparent)
    const asBinding = { headers, key: 'incident-1', value: message!.value!.toString(), timestamp: message!.timestamp }
    const received = CloudEventsKafka.toEvent(asBinding as unknown as Message) as CloudEvent
    expect(received.validate()).toBe(true)
    expect(received.toJSON()).toMatchObject({
      specversion: '1.0',
      id: event.id,
      type: event.type,
      source: event.source,
      subject: 'incident-1',
      time: event.time,
      datacontenttype: 'application/json',
      traceparent: event.traceparent,
      actor: 'person:ada',
      incidentid: 'incident-1',
      data: { n: 1 },
    })
  }, 30_000)

  test('a message that is no CloudEvent is given to the consumer as it is', async () => {
    await aTopic('test.foreign')
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING })
    const producer = client.producer()
    await producer.connect()
    await producer.send({ topic: 'test.foreign', messages: [{ key: 'k', value: 'no {json' }] })
    await producer.disconnect()
    const events: DeliveredEvent[] = []
    const onEvent = async (event: DeliveredEvent) => void events.push(event)
    const { stop } = await bus.subscribe({ group: 'foreign', topics: ['test.foreign'], from: 'earliest', onEvent })
    await eventually(() => expect(events).toMatchObject([{ type: 'unknown', subject: 'k', data: 'no {json' }]), 15_000)
    await stop(5_000)
  }, 30_000)

  test('the topic of dead letters is made when the first comes', async () => {
    await aTopic('test.lethal')
    const onEvent = () => Promise.reject(new Error('never'))
    const { stop } = await bus.subscribe({ group: 'lethal', topics: ['test.lethal'], from: 'earliest', onEvent })
    await bus.publish([anEvent('test.lethal', 'a', 1)])
    const dead: DeliveredEvent[] = []
    await eventually(async () => {
      const changes = await bus.applyTopics([{ name: 'test.lethal.dead', partitions: 1, retentionMs: 1 }], {
        dryRun: true,
      })
      expect(changes[0]!.change).toBe('change_retention')
    }, 15_000)
    const reader = await bus.subscribe({
      group: 'lethal-reader',
      topics: ['test.lethal.dead'],
      from: 'earliest',
      onEvent: async (event) => void dead.push(event),
    })
    await eventually(() => expect(dead).toMatchObject([{ subject: 'a', deadLetter: { reason: 'never' } }]), 15_000)
    await Promise.all([stop(5_000), reader.stop(5_000)])
  }, 60_000)

  test('a topic that does not exist is told by name, with the command that makes it', async () => {
    await expect(bus.publish([anEvent('test.missing', 'a', 1)])).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringMatching(/test\.missing .*akashic events topics --apply/) as string,
    })
  })

  test('while the broker is away changes succeed and their events are kept; afterwards all arrive in order', async () => {
    await aTopic('test.away')
    const events: DeliveredEvent[] = []
    const onEvent = async (event: DeliveredEvent) => void events.push(event)
    const subscription = await bus.subscribe({ group: 'away', topics: ['test.away'], from: 'earliest', onEvent })
    const outbox = createOutbox('test')
    const relay = aRelay(database.db, bus)
    await relay.start()
    const write = (n: number) =>
      database.db.transaction((tx) =>
        outbox.add(
          tx,
          ['a', 'b'].map((subject) => anEvent('test.away', subject, n)),
        ),
      )
    await write(1)
    await eventually(() => expect(events).toHaveLength(2), 15_000)

    await kafka.stop()
    for (let n = 2; n <= 20; n++) await write(n)
    await expect(bus.publish([anEvent('test.away', 'c', 1)])).rejects.toMatchObject({ code: 'unavailable' })
    const [kept] = await database.db.query<{ count: number }>(sql`SELECT count(*) FROM test.outbox`)
    expect(kept!.count).toBe(38)

    await kafka.start()
    for (const subject of ['a', 'b']) {
      await eventually(() => {
        const distinct = [...new Set(subjectsAndNumbers(events.filter((event) => event.subject === subject)))]
        expect(distinct).toEqual(Array.from({ length: 20 }, (_, i) => `${subject}${i + 1}`))
      }, 40_000)
    }
    await Promise.all([relay.stop(5_000), subscription.stop(5_000)])
  }, 120_000)
})
