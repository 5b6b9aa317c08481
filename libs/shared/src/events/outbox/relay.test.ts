import { eventually, testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { FakeClock } from '../../clock/index.ts'
import { OpsError } from '../../errors/index.ts'
import type { OutgoingEvent } from '../event-bus.ts'
import { anEvent, makeOutboxTable } from '../testing.ts'
import { createOutbox, createRelay, type Relay } from '../index.ts'

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

function aRelay(publish = publishNow): Relay {
  const log = pino({ level: 'silent' })
  const parts = { schema: 'test', db: database.db, clock, random: Math.random, log }
  const relay = createRelay({ ...parts, bus: { publish }, ...(relays.length === 0 && { metrics }) })
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
