import { incidentTopic } from '@akashic/events'
import { describeReal, eventually, startKafka, type KafkaServer } from '@akashic/testbed'
import { Kafka, logLevel } from 'kafkajs'
import { makeHome, type Home } from './testing/home.ts'
import { killAll, startProduct, type Product } from './testing/run-product.ts'
import { startSubscriberOfDocs, type SubscriberOfDocs } from './testing/subscriber-of-docs.ts'

const title = 'Checkout is down'

describeReal('kafka', () =>
  describeReal('python-kafka', () => {
    let kafka: KafkaServer
    let home: Home
    let product: Product
    const subscribers: SubscriberOfDocs[] = []

    beforeAll(async () => {
      kafka = await startKafka()
      home = await makeHome()
      const brokers = kafka.brokers.join(',')
      product = await startProduct(home, { env: { KAFKA_BROKERS: brokers } })
      subscribers.push(await startSubscriberOfDocs(brokers, 'js'), await startSubscriberOfDocs(brokers, 'python'))
    }, 120_000)
    afterAll(async () => {
      await Promise.all(subscribers.map((subscriber) => subscriber.stop()))
      await killAll()
      await home?.remove()
      await kafka?.stop()
    }, 60_000)

    /** Opens an incident, says something of it, and resolves it. */
    async function liveThroughAnIncident(): Promise<string> {
      const words = { title, severity: 'SEV-2', visibility: 'public', body: 'We are looking into it.' }
      const opened = await product.call('POST', '/api/v1/incidents', words)
      expect(opened).toMatchObject({ status: 201 })
      const { id } = opened.json
      const path = `/api/v1/incidents/${id}`
      const version = { 'if-match': opened.headers.get('etag')! }
      const said = await product.call('POST', `${path}/updates`, { body: 'It is the disk.', publish: true }, version)
      expect(said).toMatchObject({ status: 201 })
      const next = { 'if-match': said.headers.get('etag')! }
      const resolved = await product.call('POST', `${path}/resolve`, { body: 'It is well.' }, next)
      expect(resolved).toMatchObject({ status: 200 })
      return id as string
    }

    test('both subscribers of the docs print what happens to an incident in its order', async () => {
      const id = await liveThroughAnIncident()
      const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string
      for (const subscriber of subscribers) {
        await eventually(() => {
          const printed = subscriber.lines().filter((line) => line.includes(id))
          expect(printed.map((line) => line.split(' '))).toEqual(
            ['opened', 'updated', 'resolved'].map((name) => {
              return [time, `akashic.incident.${name}.v1`, id, ...title.split(' ')]
            }),
          )
        }, 40_000)
      }
    }, 120_000)

    test('they print an event once that comes twice', async () => {
      await publishByHand(kafka, 'twice', ['a', 'a', 'b'])
      for (const subscriber of subscribers) {
        await eventually(() => {
          const printed = subscriber.lines().filter((line) => line.includes(' twice '))
          expect(printed.map((line) => line.at(-1))).toEqual(['a', 'b'])
        }, 40_000)
      }
    }, 120_000)

    test('they end well when they are asked to', async () => {
      for (const subscriber of subscribers) expect(await subscriber.stop()).toBe(0)
    }, 60_000)
  }),
)

/** Sends an event about `subject` for each of `ids`, its title the same. */
async function publishByHand({ brokers }: KafkaServer, subject: string, ids: readonly string[]): Promise<void> {
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  const headers = { ce_type: 'akashic.incident.opened.v1', ce_time: '2026-11-23T19:37:00.000Z', ce_subject: subject }
  const messages = ids.map((id) => {
    return { key: subject, value: JSON.stringify({ title: id }), headers: { ...headers, ce_id: id } }
  })
  await producer.send({ topic: incidentTopic, messages })
  await producer.disconnect()
}
