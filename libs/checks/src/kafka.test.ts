import { describeReal, freePort, startKafka } from '@akashic/testbed'
import type { KafkaServer } from '@akashic/testbed'
import { Kafka, logLevel } from 'kafkajs'
import { checkNow } from './testing/check-now.ts'

const startMs = 90_000

test('a cluster of which no broker can be reached is an outage that never answered', async () => {
  const brokers = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
  const result = await checkNow({ kind: 'kafka', brokers })
  expect(result).toMatchObject({ outcome: 'outage', neverAnswered: true, failure: { sentence: 'connection refused' } })
})

describeReal('kafka', () => {
  let server: KafkaServer
  beforeAll(async () => {
    server = await startKafka()
  }, startMs)
  afterAll(() => server.stop())

  test('a cluster that tells its brokers is operational, by whichever broker answers', async () => {
    const brokers = [`127.0.0.1:${await freePort()}`, ...server.brokers]
    expect(await checkNow({ kind: 'kafka', brokers: server.brokers })).toMatchObject({ outcome: 'operational' })
    expect(await checkNow({ kind: 'kafka', brokers })).toMatchObject({ outcome: 'operational' })
  })

  test('a topic that must exist and does not is degraded, and asking does not make it', async () => {
    const missing = () => checkNow({ kind: 'kafka', brokers: server.brokers, topics: ['orders'] })
    expect(await missing()).toMatchObject({ outcome: 'degraded', failure: { sentence: 'topic missing' } })
    expect(await missing()).toMatchObject({ outcome: 'degraded' })
    const admin = new Kafka({ brokers: server.brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 'orders' }], waitForLeaders: true })
    await admin.disconnect()
    expect(await missing()).toMatchObject({ outcome: 'operational' })
  })

  test('a broker that stands still times out', async () => {
    server.pause()
    const result = await checkNow({ kind: 'kafka', brokers: server.brokers, timeout: '500ms' })
    server.resume()
    expect(result).toMatchObject({
      outcome: 'outage',
      neverAnswered: false,
      failure: { sentence: 'timed out after 500 ms' },
    })
  })
})
