import { incidentTopic, topics } from '@akashic/events'
import { describeReal, eventually, startKafka, type KafkaServer } from '@akashic/testbed'
import kafkajs from 'kafkajs'
import { collectEvents, type EventCollector } from './testing/collect-events.ts'
import { makeHome, type Home } from './testing/home.ts'
import { killAll, startProduct, type Product } from './testing/run-product.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'

/** A first `npm start` beside a Kafka in which there is nothing. */
describeReal('kafka', () => {
  let kafka: KafkaServer
  let home: Home
  let product: Product
  let events: EventCollector

  beforeAll(async () => {
    kafka = await startKafka()
    home = await makeHome()
    product = await startProduct(home, { env: { KAFKA_BROKERS: kafka.brokers.join(',') } })
    await eventually(async () => expect(await topicsIn(kafka)).toHaveLength(topics.length), 20_000)
    events = await collectEvents(kafka.brokers)
  }, 120_000)
  afterAll(async () => {
    await events?.stop()
    await killAll()
    await home?.remove()
    await kafka?.stop()
  }, 60_000)

  async function openIncident(headers: Record<string, string> = {}) {
    const words = { title: 'Checkout is down', severity: 'SEV-2', visibility: 'public', body: 'We look into it.' }
    const opened = await product.call('POST', '/api/v1/incidents', words, headers)
    expect(opened).toMatchObject({ status: 201 })
    return { id: opened.json.id as string, etag: opened.headers.get('etag')! }
  }

  const typesOf = (id: string) => events.of(id).map(({ type }) => type.split('.')[2])

  test('the topics are made with their partitions and retention, and nobody need do anything', async () => {
    expect(await topicsIn(kafka)).toEqual(topics.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    const { id } = await openIncident()
    await eventually(() => expect(typesOf(id)).toEqual(['opened']), 30_000)
    expect(product.output()).toContain(`made ${incidentTopic}: 6 partitions, kept for 7 d`)
  }, 60_000)

  test('the trace of a request goes on in the headers of its event, though nothing records it here', async () => {
    const { id } = await openIncident({ traceparent: `00-${trace}-00f067aa0ba902b7-01` })
    await eventually(() => expect(events.of(id)).toHaveLength(1), 30_000)
    expect(events.of(id)[0]!.traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`))
    const untraced = await openIncident()
    await eventually(() => expect(events.of(untraced.id)).toHaveLength(1), 30_000)
    expect(events.of(untraced.id)[0]!.traceparent).toBeUndefined()
  }, 60_000)

  test('while Kafka is away requests succeed and the outbox says how much waits; afterwards all comes in order', async () => {
    await kafka.stop()
    const { id, etag: first } = await openIncident()
    let etag = first
    for (let n = 1; n <= 5; n++) {
      const said = await product.call(
        'POST',
        `/api/v1/incidents/${id}/updates`,
        { body: `${n}`, publish: true },
        {
          'if-match': etag,
        },
      )
      expect(said).toMatchObject({ status: 201 })
      etag = said.headers.get('etag')!
    }
    const resolved = await product.call(
      'POST',
      `/api/v1/incidents/${id}/resolve`,
      { body: 'Well.' },
      { 'if-match': etag },
    )
    expect(resolved).toMatchObject({ status: 200 })
    expect(await measured('akashic_outbox_waiting')).toBeGreaterThanOrEqual(7)
    await eventually(async () => expect(await measured('akashic_outbox_oldest_seconds')).toBeGreaterThan(0), 10_000)
    expect((await product.admin('/readyz')).status).toBe(200)
    expect((await product.call('GET', '/api/v1/events')).status).toBe(503)

    await kafka.start()
    await eventually(() => {
      const bodies = events.of(id).map(({ data }) => data.update?.body)
      expect(bodies.filter((body) => body !== undefined).slice(0, 5)).toEqual(['1', '2', '3', '4', '5'])
      expect(typesOf(id)[0]).toBe('opened')
      expect(typesOf(id)).toContain('resolved')
    }, 60_000)
    await eventually(async () => expect(await measured('akashic_outbox_waiting')).toBe(0), 20_000)
    expect(product.output()).toContain('events are published again')
  }, 150_000)

  async function measured(name: string): Promise<number> {
    const { text } = await product.admin('/metrics')
    return Number(new RegExp(`^${name}\\{[^}]*outbox="status"[^}]*\\} (\\S+)`, 'm').exec(text)?.[1])
  }
})

/** The topics of the catalogue that there are, by name. */
async function topicsIn({ brokers }: KafkaServer) {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const names = (await admin.listTopics()).filter((name) => topics.some((topic) => topic.name === name))
    const { topics: found } = await admin.fetchTopicMetadata({ topics: names })
    const type = kafkajs.ConfigResourceTypes.TOPIC
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({ type, name, configNames: ['retention.ms'] })),
    })
    return found
      .map(({ name, partitions }) => {
        const config = resources.find(({ resourceName }) => resourceName === name)?.configEntries[0]
        return { name, partitions: partitions.length, retentionMs: Number(config?.configValue) }
      })
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  } finally {
    await admin.disconnect()
  }
}
