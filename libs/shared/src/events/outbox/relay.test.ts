import { eventually, testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { FakeClock } from '../../clock/index.ts'
import { OpsError } from '../../errors/index.ts'
import { sql } from '../../postgres/index.ts'
import type { OutgoingEvent } from '../event-bus.ts'
import { anEvent, makeOutboxTable } from '../testing.ts'
import { createOutbox, createRelay, type Relay, type RelayOptions } from '../index.ts'

let database: TestDatabase
let clock: FakeClock
let metrics: Registry
let published: OutgoingEvent[]
let isAway: boolean
let relays: Relay[]
const outbox = createOutbox('test')

beforeEach(async () => {
  database = await testDatabase()
  await makeOutboxTable(database.db)
  clock = new FakeClock(Date.now())
  metrics = new Registry()
  published = []
  isAway = false
  relays = []
})
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop(5_000)))
  await database.close()
})

function aRelay(publish = publishNow, more: Partial<RelayOptions> = {}): Relay {
  const log = pino({ level: 'silent' })
  const parts = { schema: 'test', db: database.db, clock, random: Math.random, log }
  const bus = { publish, ensureTopics: async () => [] }
  const relay = createRelay({ ...parts, bus, ...(relays.length === 0 && { metrics }), ...more })
  relays.push(relay)
  return relay
}

async function publishNow(events: readonly OutgoingEvent[]): Promise<void> {
  if (isAway) throw new OpsError('unavailable', 'Kafka cannot be reached')
  published.push(...events)
}

const add = (...numbers: readonly number[]) =>
  database.db.transaction((tx) =>
    outbox.add(
      tx,
      numbers.map((n) => anEvent('t', 'a', n)),
    ),
  )
const numbers = () => published.map(({ data }) => (data as { n: number }).n)

test('an event exists if and only if the transaction that changed the state commits', async () => {
  const undone = database.db.transaction(async (tx) => {
    await outbox.add(tx, [anEvent('t', 'a', 1)])
    throw new Error('no')
  })
  await expect(undone).rejects.toThrow('no')
  await add(2)
  expect(await aRelay().relayOnce()).toBe(1)
  expect(numbers()).toEqual([2])
})

test('events go out in the order in which they were added, across batches, and once', async () => {
  const all = Array.from({ length: 2_500 }, (_, i) => i)
  for (let i = 0; i < all.length; i += 500) await add(...all.slice(i, i + 500))
  const relay = aRelay()
  expect(await relay.relayOnce()).toBe(2_500)
  expect(numbers()).toEqual(all)
  expect(await relay.relayOnce()).toBe(0)
})

test('one relay is elected at a time; another takes over when it is done', async () => {
  await add(1)
  const publishing = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const slow = aRelay(async (events) => {
    publishing.resolve()
    await finish.promise
    await publishNow(events)
  })
  const first = slow.relayOnce()
  await publishing.promise
  await add(2)
  const other = aRelay()
  expect(await other.relayOnce()).toBe(0)
  finish.resolve()
  expect(await first).toBe(1)
  expect(await other.relayOnce()).toBe(1)
  expect(numbers()).toEqual([1, 2])
})

test('what cannot be published is kept, told after a minute, and published when it can be', async () => {
  isAway = true
  await add(1, 2)
  const relay = aRelay()
  await relay.start()
  await add(3)
  expect(relay.health()).toEqual({ state: 'serving' })
  await eventually(async () => expect(await metrics.metrics()).toMatch(/akashic_outbox_waiting\{outbox="test"\} 3/))
  await eventually(() => {
    clock.advance(61_000)
    expect(relay.health()).toMatchObject({ state: 'degraded', reason: expect.stringContaining('Kafka') as string })
  })
  expect(await metrics.metrics()).toMatch(/akashic_outbox_oldest_seconds\{outbox="test"\} [6-9]\d|[1-9]\d\d/)
  isAway = false
  await eventually(() => expect(numbers()).toEqual([1, 2, 3]), 15_000)
  await eventually(() => expect(relay.health()).toEqual({ state: 'serving' }))
})

test('one look at the metrics tells how many events wait now, and for how long', async () => {
  aRelay()
  await add(1, 2)
  clock.advance(90_000)
  const text = await metrics.metrics()
  expect(text).toMatch(/akashic_outbox_waiting\{outbox="test"\} 2/)
  expect(text).toMatch(/akashic_outbox_oldest_seconds\{outbox="test"\} (8\d|9\d|1\d\d)/)
})

test('an event is published soon after its transaction, without waiting for the next look', async () => {
  await aRelay().start()
  const startedAt = performance.now()
  for (let n = 1; n <= 5; n++) {
    await add(n)
    await eventually(() => expect(published).toHaveLength(n))
  }
  expect(performance.now() - startedAt).toBeLessThan(3_000)
})

test('an event that is too large for a broker is refused before it can block the others', async () => {
  const large = anEvent('t', 'a', 1, { data: 'x'.repeat(300_000) })
  await expect(database.db.transaction((tx) => outbox.add(tx, [large]))).rejects.toMatchObject({
    code: 'resource_exhausted',
    message: expect.stringContaining('262144 are allowed') as string,
  })
})

/** Takes no event whose number is in `indigestible`, as a broker would: the batch that holds it is refused whole. */
const picky = (indigestible: readonly number[], isDeadRefused = (_: OutgoingEvent) => false) => {
  return async (events: readonly OutgoingEvent[]) => {
    const isRefused = (event: OutgoingEvent) =>
      event.deadLetter ? isDeadRefused(event) : indigestible.includes((event.data as { n: number }).n)
    if (events.some(isRefused)) throw new OpsError('invalid_argument', 'Kafka does not take this')
    published.push(...events)
  }
}
const dead = () => published.filter(({ deadLetter }) => deadLetter)
const kept = async () => {
  const rows = await database.db.query<{ event: OutgoingEvent }>(sql`SELECT event FROM test.outbox_refused`)
  return rows.map(({ event }) => (event.data as { n: number }).n).sort((a, b) => a - b)
}
const living = () => published.filter(({ deadLetter }) => !deadLetter).map(({ data }) => (data as { n: number }).n)

test('an event that its topic will never take goes to the dead letters, and holds up no other', async () => {
  await add(...Array.from({ length: 50 }, (_, i) => i))
  expect(await aRelay(picky([7, 8, 49])).relayOnce()).toBe(50)
  expect(living()).toEqual(Array.from({ length: 50 }, (_, i) => i).filter((n) => ![7, 8, 49].includes(n)))
  expect(dead()).toMatchObject(
    [7, 8, 49].map((n) => ({
      topic: 't.dead',
      data: { n },
      deadLetter: { group: 'test-outbox', reason: 'Kafka does not take this' },
    })),
  )
  expect(await metrics.metrics()).toMatch(/akashic_outbox_refused_total\{outbox="test"\} 3/)
  expect(await relays[0]!.relayOnce()).toBe(0)
})

test('of one that even the dead letters do not take, they tell what it was', async () => {
  await add(1, 2)
  await aRelay(picky([1], ({ data }) => data !== null)).relayOnce()
  expect(living()).toEqual([2])
  expect(await kept()).toEqual([1])
  expect(dead()).toMatchObject([{ subject: 'a', type: 'akashic.test.counted.v1', data: null }])
})

test('one that nothing takes stops no other, and is kept', async () => {
  await add(1, 2)
  await aRelay(picky([1], () => true)).relayOnce()
  expect({ living: living(), dead: dead(), kept: await kept() }).toEqual({ living: [2], dead: [], kept: [1] })
})

test.each([
  ['and goes to the dead letters', false],
  ['by the dead letters too', true],
])(
  'of a backlog that is refused whole, %s, little is done in one transaction, and all is there',
  async (_, isDeadRefused) => {
    const all = Array.from({ length: 60 }, (_, i) => i)
    await add(...all)
    const relay = aRelay(picky(all, () => isDeadRefused))
    const passes = [await relay.relayOnce(), await relay.relayOnce(), await relay.relayOnce(), await relay.relayOnce()]
    expect(passes).toEqual([20, 20, 20, 0])
    const told = new Set(dead().map(({ data }) => (data as { n: number }).n))
    expect([...(isDeadRefused ? await kept() : told)]).toEqual(all)
    // What the first pass had told before it was too much is told once more.
    expect(dead().length).toBe(isDeadRefused ? 0 : 80)
    await add(100)
    expect(await relay.relayOnce()).toBe(1)
    expect(living()).toEqual([100])
  },
)

test('that a relay may not make its topics holds nothing up', async () => {
  const topics = [{ name: 't', partitions: 1, retentionMs: 1 }]
  const ensureTopics = async () => {
    throw new OpsError('permission_denied', 'Kafka does not let this client do that')
  }
  const relay = aRelay(publishNow, { topics, bus: { publish: publishNow, ensureTopics } })
  await relay.start()
  await add(1)
  await eventually(() => expect(numbers()).toEqual([1]))
})

test('topics are made before the first event, and again when one has gone', async () => {
  const topics = [{ name: 't', partitions: 1, retentionMs: 1 }]
  let isThere = false
  const publish = async (events: readonly OutgoingEvent[]) => {
    if (!isThere) throw new OpsError('failed_precondition', 'a topic of t does not exist')
    await publishNow(events)
  }
  const ensureTopics = async () => {
    isThere = true
    return []
  }
  const relay = aRelay(publish, { topics, bus: { publish, ensureTopics } })
  await add(1)
  await relay.start()
  await eventually(() => expect(numbers()).toEqual([1]))
  isThere = false
  await add(2)
  await eventually(() => expect(numbers()).toEqual([1, 2]))
})
