import { randomUUID } from 'node:crypto'
import { startKafka, startTestPostgres } from '@akashic/testbed'
import { Kafka, logLevel } from 'kafkajs'
import { startFloor, startProduct, stopChild } from './product.ts'
import { quantile, type Report, type Row } from './table.ts'

const [oursTopic, floorTopic] = ['akashic.incidents.v1', 'bench.incidents']
const perSecond = 50
const pacedMs = 20_000
const writers = 8
const sustainedMs = 10_000
const body = { title: 'Checkout is slow', severity: 'SEV-2', body: 'We are looking into it.' }

interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** From POST to the event in a Kafka subscriber; against a bare server that writes the same rows and produces by itself. */
export async function run(): Promise<Report> {
  const [kafka, postgres] = await Promise.all([startKafka(), startTestPostgres()])
  const seen = new Map<string, number>()
  const stopListening = await listen(kafka.brokers, seen)
  try {
    const product = await startProduct({
      config: 'components: []\n',
      env: { DATABASE_URL: postgres.url, KAFKA_BROKERS: kafka.brokers.join(',') },
    })
    const ours: Target = {
      url: `${product.url}/api/v1/incidents`,
      headers: { authorization: `Bearer ${product.adminKey}` },
    }
    await post(ours)
    const bare = await startFloor('bare-incidents.ts', {
      databaseUrl: postgres.url,
      brokers: kafka.brokers,
      topic: floorTopic,
    })
    const floor: Target = { url: `http://127.0.0.1:${bare.port}/`, headers: {} }
    try {
      for (const target of [ours, floor]) await sustained(target, 3_000)
      const figures = {
        floorMs: await paced(floor, seen),
        oursMs: await paced(ours, seen),
        floorPerSecond: await sustained(floor, sustainedMs),
        oursPerSecond: await sustained(ours, sustainedMs),
      }
      return { rows: rowsOf(figures), raw: figures }
    } finally {
      await stopChild(bare.child)
      await product.stop()
    }
  } finally {
    await stopListening()
    await Promise.all([kafka.stop(), postgres.stop()])
  }
}

/** Notes when the first event of each subject arrives. */
async function listen(brokers: string[], seen: Map<string, number>): Promise<() => Promise<void>> {
  const client = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  const topics = [oursTopic, floorTopic]
  const admin = client.admin()
  await admin.connect()
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 3 })) })
  await admin.disconnect()
  const consumer = client.consumer({ groupId: 'bench' })
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      const subject = message.key!.toString()
      if (!seen.has(subject)) seen.set(subject, performance.now())
    },
  })
  return () => consumer.disconnect()
}

async function post({ url, headers }: Target): Promise<string> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
    body: JSON.stringify(body),
  })
  if (answer.status !== 201) throw new Error(`POST was answered ${answer.status}: ${await answer.text()}`)
  return ((await answer.json()) as { id: string }).id
}

/** Milliseconds from each POST to its event, at a steady rate. */
async function paced(target: Target, seen: ReadonlyMap<string, number>): Promise<number[]> {
  const sent: Promise<{ id: string; at: number }>[] = []
  const begin = performance.now()
  for (let i = 0; i < (pacedMs / 1_000) * perSecond; i++) {
    await sleep(begin + (i * 1_000) / perSecond - performance.now())
    const at = performance.now()
    sent.push(post(target).then((id) => ({ id, at })))
  }
  const posted = await Promise.all(sent)
  const deadline = performance.now() + 10_000
  while (performance.now() < deadline && !posted.every(({ id }) => seen.has(id))) await sleep(50)
  return posted.map(({ id, at }) => (seen.get(id) ?? Infinity) - at)
}

/** Incidents a second by writers that each wait for their answer. */
async function sustained(target: Target, ms: number): Promise<number> {
  const begin = performance.now()
  let count = 0
  const write = async () => {
    for (; performance.now() - begin < ms; count++) await post(target)
  }
  await Promise.all(Array.from({ length: writers }, write))
  return count / ((performance.now() - begin) / 1_000)
}

interface Figures {
  readonly oursMs: readonly number[]
  readonly floorMs: readonly number[]
  readonly oursPerSecond: number
  readonly floorPerSecond: number
}

function rowsOf({ oursMs, floorMs, oursPerSecond, floorPerSecond }: Figures): Row[] {
  const latency = (q: number, allowedMs: number): Row => {
    const [ours, floor] = [quantile(oursMs, q), quantile(floorMs, q)]
    return {
      measure: `POST to event at ${perSecond}/s, p${q * 100}`,
      ours: `${ours.toFixed(1)} ms`,
      floor: `${floor.toFixed(1)} ms (same rows, kafkajs)`,
      ratio: (ours / floor).toFixed(2),
      aim: `<= floor + ${allowedMs} ms`,
      met: ours <= floor + allowedMs,
    }
  }
  const ratio = oursPerSecond / floorPerSecond
  return [
    latency(0.5, 8),
    latency(0.99, 30),
    {
      measure: `sustained with ${writers} writers`,
      ours: `${oursPerSecond.toFixed(0)}/s`,
      floor: `${floorPerSecond.toFixed(0)}/s`,
      ratio: ratio.toFixed(2),
      aim: '>= 0.4',
      met: ratio >= 0.4,
    },
  ]
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
