import {
  describeReal,
  eventually,
  startKafka,
  testDatabase,
  type KafkaServer,
  type TestDatabase,
} from '@akashic/testbed'
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs'
import { createOutbox, type EventBus, type OutgoingEvent } from '../index.ts'
import { aBus, anEvent, aRelay, makeOutboxTable } from '../testing.ts'

describeReal('kafka', () => {
  let kafka: KafkaServer
  let database: TestDatabase
  let bus: EventBus
  let client: Kafka

  beforeAll(async () => {
    kafka = await startKafka()
    database = await testDatabase()
    await makeOutboxTable(database.db)
    bus = await aBus(database.url, kafka.brokers)
    client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING })
  }, 90_000)
  afterAll(async () => {
    await bus.close()
    await database.close()
    await kafka.stop()
  })

  const aTopic = async (topic: string, config: Readonly<Record<string, string>> = {}) => {
    const admin = client.admin()
    await admin.connect()
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] })
    await admin.disconnect()
  }
  const messagesOf = async (topic: string, count: number): Promise<KafkaMessage[]> => {
    const consumer = client.consumer({ groupId: `reader-of-${topic}` })
    const messages: KafkaMessage[] = []
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => void messages.push(message) })
    await eventually(() => expect(messages.length).toBeGreaterThanOrEqual(count), 15_000)
    await consumer.disconnect()
    return messages
  }

  // kafkajs lets such a producer ask for no less than the acknowledgement of every replica.
  test('a broker keeps our batches apart from repetitions, by the number of an idempotent producer', async () => {
    await aTopic('test.idempotent')
    await bus.publish([anEvent('test.idempotent', 'a', 1)])
    await bus.publish([anEvent('test.idempotent', 'a', 2)])
    // kafkajs hands it out and does not declare it.
    const batches = (await messagesOf('test.idempotent', 2)).map(
      (message) =>
        (message as KafkaMessage & { batchContext: { producerId: string; firstSequence: number } }).batchContext,
    )
    expect(batches.map(({ firstSequence }) => firstSequence)).toEqual([0, 1])
    expect(Number(batches[0]!.producerId)).toBeGreaterThanOrEqual(0)
  })

  test('a broker that stands still is given up at the deadline, and everything is there once it moves', async () => {
    await aTopic('test.still')
    const hasty = await aBus(database.url, kafka.brokers, { kafkaDeadlineMs: 300 })
    const relay = aRelay(database.db, hasty)
    const outbox = createOutbox('test')
    kafka.pause()
    try {
      const write = (n: number) => database.db.transaction((tx) => outbox.add(tx, [anEvent('test.still', 'a', n)]))
      await write(1)
      const late = { code: 'deadline_exceeded', message: 'Kafka has not answered within 0.3 s' }
      await expect(relay.relayOnce()).rejects.toMatchObject(late)
      await expect(hasty.positions(['test.still'], 'latest')).rejects.toMatchObject(late)
      await write(2)
    } finally {
      kafka.resume()
    }
    await eventually(async () => expect(await relay.relayOnce()).toBe(2), 15_000)
    const numbers = (await messagesOf('test.still', 2)).map(
      ({ value }) => (JSON.parse(String(value)) as { n: number }).n,
    )
    expect([...new Set(numbers)]).toEqual([1, 2])
    await hasty.close()
  }, 60_000)

  test('an event that the topic never takes is told apart from a broker that is away, and goes to the dead letters', async () => {
    await aTopic('test.narrow', { 'max.message.bytes': '2000' })
    const large = (n: number): OutgoingEvent => anEvent('test.narrow', 'a', n, { data: { n, text: 'x'.repeat(5_000) } })
    await expect(bus.publish([large(1)])).rejects.toMatchObject({ code: 'invalid_argument' })
    const outbox = createOutbox('test')
    const events = [anEvent('test.narrow', 'a', 1), large(2), anEvent('test.narrow', 'a', 3)]
    await database.db.transaction((tx) => outbox.add(tx, events))
    expect(await aRelay(database.db, bus).relayOnce()).toBe(3)
    const numbers = (await messagesOf('test.narrow', 2)).map(
      ({ value }) => (JSON.parse(String(value)) as { n: number }).n,
    )
    expect([...new Set(numbers)]).toEqual([1, 3])
    const [dead] = await messagesOf('test.narrow.dead', 1)
    expect(String(dead!.headers!.ce_deadgroup)).toBe('test-outbox')
    expect(JSON.parse(String(dead!.value))).toMatchObject({ n: 2 })
  }, 30_000)
})
