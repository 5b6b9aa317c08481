import { eventually, testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { FakeClock } from '../../clock/index.ts'
import { migrate } from '../../migrations/index.ts'
import { sql } from '../../postgres/index.ts'
import { eventLogMigrations, type DeliveredEvent, type EventBus } from '../index.ts'
import { aBus, anEvent } from '../testing.ts'

const hourMs = 3_600_000
let database: TestDatabase
let clock: FakeClock
let buses: EventBus[]

beforeEach(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...eventLogMigrations, log: pino({ level: 'silent' }) })
  clock = new FakeClock(Date.now())
  buses = [await aBus(database.url, null, { clock }), await aBus(database.url, null, { clock })]
  await buses[0]!.applyTopics(
    [
      { name: 'short', partitions: 2, retentionMs: hourMs },
      { name: 'long', partitions: 1, retentionMs: 24 * hourMs },
    ],
    { dryRun: false },
  )
})
afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close()))
  await database.close()
})

const event = (topic: string, n: number) =>
  anEvent(topic, `s-${n % 5}`, n, { time: new Date(clock.now()).toISOString() })
const kept = async () => {
  const rows = await database.db.query<{ topic: string; count: number }>(
    sql`SELECT topic, count(*) AS count FROM events.event_log GROUP BY topic`,
  )
  return Object.fromEntries(rows.map(({ topic, count }) => [topic, count]))
}

test('each topic keeps its events for as long as it says, though nothing new comes and two processes look after it', async () => {
  await buses[0]!.publish(Array.from({ length: 40 }, (_, n) => event('short', n)))
  await buses[1]!.publish([event('long', 1), event('long', 2)])
  clock.advance(hourMs / 2)
  await buses[0]!.publish([event('short', 100)])
  expect(await kept()).toEqual({ short: 41, long: 2 })
  clock.advance(hourMs / 2 + 1)
  await eventually(async () => {
    clock.advance(900_000)
    expect(await kept()).toEqual({ short: 1, long: 2 })
  })
  clock.advance(24 * hourMs)
  await eventually(async () => {
    clock.advance(900_000)
    expect(await kept()).toEqual({})
  })
})

test('what was dropped is missing to nobody: offsets go on, and a group that stopped before goes on after', async () => {
  const bus = buses[0]!
  const seen: DeliveredEvent[] = []
  const follow = () =>
    bus.subscribe({ group: 'g', topics: ['short'], from: 'earliest', onEvent: async (got) => void seen.push(got) })
  await bus.publish([event('short', 1)])
  const first = await follow()
  await eventually(() => expect(seen).toHaveLength(1))
  await first.stop(5_000)
  await bus.publish([event('short', 6)])
  clock.advance(2 * hourMs)
  await eventually(async () => {
    clock.advance(900_000)
    expect(await kept()).toEqual({})
  })
  await bus.publish([event('short', 11)])
  const second = await follow()
  await eventually(() => expect(seen.map(({ data }) => (data as { n: number }).n)).toEqual([1, 11]))
  expect(seen[1]!.position.offset).toBe('2')
  await second.stop(5_000)
})
