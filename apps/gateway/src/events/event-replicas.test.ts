import { incidentTopic, statusTopic, topics } from '@akashic/events'
import { systemClock } from '@akashic/shared/clock'
import { createEventBus, eventLogMigrations, type EventBus, type OutgoingEvent } from '@akashic/shared/events'
import { uuidv7 } from '@akashic/shared/ids'
import { migrate } from '@akashic/shared/migrations'
import { describeReal, eventually, startKafka, testDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { followEvents, type EventMessage, type FollowOptions } from '../testing/follow-events.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const log = pino({ level: 'silent' })
const patient = 30_000

interface Log {
  open(): Promise<EventBus>
  close(): Promise<void>
}

/** What a reader of two gateways on one log of events may rely on. */
function replicasContract(openLog: () => Promise<Log>): void {
  let events: Log
  let buses: EventBus[] = []
  let gateways: StartedGateway[] = []
  const ending = new AbortController()

  beforeAll(async () => {
    events = await openLog()
    buses = await Promise.all([events.open(), events.open()])
    await buses[0]!.ensureTopics(topics)
    gateways = await Promise.all(buses.map((bus) => startGateway({ events: bus })))
  }, 90_000)
  afterAll(async () => {
    ending.abort()
    await Promise.all(gateways.map((gateway) => gateway.stop()))
    await Promise.all(buses.map((bus) => bus.close()))
    await events.close()
  }, 60_000)

  const follow = (replica: number, query = '', options: FollowOptions = {}) =>
    followEvents(gateways[replica]!, ending.signal, `?topics=${incidentTopic}${query}`, options)
  const publish = (...names: string[]) => buses[0]!.publish(names.map((name) => anEvent(name)))

  test('a reader that goes from one replica to another gets each event once, in the order of each subject', async () => {
    const first = await follow(0)
    await publish('a1', 'b1', 'a2')
    await eventually(() => expect(namesIn(first).toSorted()).toEqual(['a1', 'a2', 'b1']), patient)
    first.close()
    await publish('a3', 'b2', 'a4')
    const second = await follow(1, '', { lastEventId: first.lastId() })
    await publish('a5')
    await eventually(() => expect(namesIn(second).filter(isOf('a'))).toEqual(['a3', 'a4', 'a5']), patient)
    expect(namesIn(second).filter(isOf('b'))).toEqual(['b2'])
  }, 90_000)

  test('each of two replicas tells all, from the same id on', async () => {
    const start = await follow(0)
    await eventually(() => expect(start.lastId()).not.toBe(''), patient)
    const since = `&since=${start.lastId()}`
    await publish('c1', 'c2')
    const both = await Promise.all([follow(0, since), follow(1, since)])
    await publish('c3')
    for (const stream of both) {
      await eventually(() => expect(namesIn(stream)).toEqual(['c1', 'c2', 'c3']), patient)
    }
  }, 90_000)

  test('an id beyond the end of the log is refused instead of waiting for ever', async () => {
    const position = [incidentTopic, 0, '999999']
    const { status, response } = await follow(0, '', {
      lastEventId: Buffer.from(JSON.stringify([position])).toString('base64url'),
    })
    expect([status, ((await response.json()) as { code: string }).code]).toEqual([400, 'out_of_range'])
  }, 60_000)

  test('a reader since an instant gets what was told then', async () => {
    const now = Date.now()
    const at = (hoursAgo: number) => new Date(now - hoursAgo * 3_600_000).toISOString()
    const topic = statusTopic
    await buses[1]!.publish([anEvent('d1', { topic, time: at(3) }), anEvent('d2', { topic, time: at(1) })])
    const stream = await followEvents(gateways[0]!, ending.signal, `?topics=${topic}&since=${at(2)}`)
    await eventually(() => expect(namesIn(stream)).toEqual(['d2']), patient)
  }, 60_000)
}

const isOf = (letter: string) => (name: string) => name.startsWith(letter)
const namesIn = ({ messages }: { messages: readonly EventMessage[] }) =>
  messages.map(({ data }) => data.data['name'] as string)

/** An event whose subject, its key in the log, is the letter of its name. */
function anEvent(name: string, more: Partial<OutgoingEvent> = {}): OutgoingEvent {
  return {
    ...{ topic: incidentTopic, id: uuidv7(), type: 'akashic.incident.updated.v1', source: '/status' },
    ...{ subject: name[0]!, time: new Date().toISOString(), data: { visibility: 'public', name } },
    ...more,
  }
}

describe('on the log in Postgres', () =>
  replicasContract(async () => {
    const database = await testDatabase()
    await migrate(database.url, { ...eventLogMigrations, log })
    return { open: () => aBus(null, database.url), close: () => database.close() }
  }))

describeReal('kafka', () =>
  replicasContract(async () => {
    const kafka = await startKafka()
    return { open: () => aBus(kafka.brokers, ''), close: () => kafka.stop() }
  }),
)

function aBus(kafkaBrokers: readonly string[] | null, databaseUrl: string): Promise<EventBus> {
  return createEventBus({ kafkaBrokers, databaseUrl, clock: systemClock, random: Math.random, log })
}
