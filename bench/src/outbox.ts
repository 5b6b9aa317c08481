import { join } from 'node:path'
import { systemClock } from '@akashic/shared/clock'
import { createEventBus, createOutbox, createRelay, type OutgoingEvent } from '@akashic/shared/events'
import { uuidv7 } from '@akashic/shared/ids'
import { migrate } from '@akashic/shared/migrations'
import { openDatabase, sql, type Database } from '@akashic/shared/postgres'
import { startKafka, startTestPostgres } from '@akashic/testbed'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { pino } from 'pino'
import { median, type Report } from './table.ts'

const backlog = 100_000
const batchSize = 1_000
const rounds = 3
const topic = 'bench.outbox'
const log = pino({ level: 'silent' })
const migrations = join(import.meta.dirname, '..', '..', 'apps', 'status-svc', 'src', 'migrations')

/** A backlog of 100,000 events on its way from the outbox to Kafka, by the relay alone, against kafkajs with the same records. */
export async function run(): Promise<Report> {
  const [kafka, postgres] = await Promise.all([startKafka(), startTestPostgres()])
  const db = openDatabase({ url: postgres.url, applicationName: 'bench', log })
  const options = { clock: systemClock, random: Math.random, log }
  const bus = await createEventBus({ ...options, kafkaBrokers: kafka.brokers, databaseUrl: postgres.url })
  try {
    await migrate(postgres.url, { schema: 'status', dir: migrations, log })
    await bus.applyTopics([{ name: topic, partitions: 6, retentionMs: 3_600_000 }], { dryRun: false })
    const relay = createRelay({ ...options, schema: 'status', db, bus })
    const [ours, floor]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      floor.push(await produceBare(kafka.brokers))
      await fill(db)
      ours.push(
        await ratePerSecond(async () => {
          for (let moved = 0; moved < backlog;) moved += await relay.relayOnce()
        }),
      )
    }
    return reportOf(ours, floor)
  } finally {
    await bus.close()
    await db.close()
    await Promise.all([kafka.stop(), postgres.stop()])
  }
}

/** About 600 bytes, as the event of an incident's update. */
const anEvent = (n: number): OutgoingEvent => ({
  id: uuidv7(),
  topic,
  type: 'akashic.incident.updated.v1',
  source: '/status',
  subject: `incident-${n % 500}`,
  time: new Date().toISOString(),
  actor: 'person:ada',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  data: {
    incidentId: `incident-${n % 500}`,
    title: 'Checkout is slow',
    severity: 'SEV-2',
    status: 'identified',
    visibility: 'public',
    components: ['checkout', 'payments'],
    body: 'Payments take longer than usual. We have found the cause and are working on it. '.repeat(2),
    nextUpdateAt: new Date().toISOString(),
  },
})

async function fill(db: Database): Promise<void> {
  const outbox = createOutbox('status')
  for (let n = 0; n < backlog; n += batchSize) {
    const events = Array.from({ length: batchSize }, (_, i) => anEvent(n + i))
    await db.transaction((tx) => outbox.add(tx, events))
  }
  await db.query(sql`ANALYZE status.outbox`)
}

/** The records as the bus makes them, made before the time is taken. */
async function produceBare(brokers: string[]): Promise<number> {
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  const batches = Array.from({ length: backlog / batchSize }, (_, batch) =>
    Array.from({ length: batchSize }, (_, i) => {
      const { subject, data, id, type, source, time, actor = '', traceparent = '' } = anEvent(batch * batchSize + i)
      const attributes = { specversion: '1.0', id, type, source, subject, time, actor, traceparent }
      const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]))
      return { key: subject, value: JSON.stringify(data), headers: { 'content-type': 'application/json', ...headers } }
    }),
  )
  const rate = await ratePerSecond(async () => {
    for (const messages of batches) await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages }] })
  })
  await producer.disconnect()
  return rate
}

async function ratePerSecond(work: () => Promise<void>): Promise<number> {
  const before = performance.now()
  await work()
  return backlog / ((performance.now() - before) / 1_000)
}

function reportOf(ours: readonly number[], floor: readonly number[]): Report {
  const ratio = median(ours) / median(floor)
  return {
    rows: [
      {
        measure: `backlog of ${backlog} events to Kafka, median of ${rounds}`,
        ours: `${median(ours).toFixed(0)}/s`,
        floor: `${median(floor).toFixed(0)}/s (kafkajs, batches of ${batchSize})`,
        ratio: ratio.toFixed(2),
        aim: '>= 0.5',
        met: ratio >= 0.5,
      },
    ],
    raw: { oursPerSecond: ours, floorPerSecond: floor },
  }
}
