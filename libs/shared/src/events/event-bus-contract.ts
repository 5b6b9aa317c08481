import { eventually } from '@akashic/testbed'
import { OpsError } from '../errors/index.ts'
import { sql } from '../postgres/index.ts'
import { busHarness, long, factOf, expectInOrder, type BusUnderTest, type Fact } from './event-bus-harness.ts'
import { createOutbox, type DeliveredEvent } from './index.ts'
import { aRelay, anEvent } from './testing.ts'

/** What every event bus does, whichever driver. */
export function eventBusContract(given: () => BusUnderTest): void {
  const { open, fresh, aTopic, collect, count } = busHarness(given)

  test('an event arrives with all it says, in its own words', async () => {
    const bus = await open()
    const topic = await aTopic(bus)
    const { topic: _, ...event } = anEvent(topic, 'a', 1, {
      time: new Date(Date.now() - 5_000).toISOString(),
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      actor: 'person:ada',
      incidentId: 'i-1',
      data: { text: 'Ünïcode, \u0000 and "quotes"', nested: { list: [1, null] } },
    })
    const consumer = await collect(bus, topic)
    await bus.publish([{ ...event, topic }])
    await eventually(() => expect(consumer.events).toHaveLength(1), long)
    const { position, ...got } = consumer.events[0]!
    expect(got).toEqual(event)
    expect(position).toMatchObject({ topic, offset: '0' })
    await consumer.stop(5_000)
  })

  test('the events of a subject arrive in their order, and a group shares its topics', async () => {
    const bus = await open()
    const topic = await aTopic(bus)
    const subjects = Array.from({ length: 12 }, (_, i) => `s-${i}`)
    const group = fresh('group')
    const facts: Fact[] = []
    const takers = new Set<number>()
    const member = async (number: number) => {
      const onEvent = async (event: DeliveredEvent) => {
        takers.add(number)
        facts.push(factOf(event))
      }
      return collect(await open(), topic, { group, onEvent })
    }
    const members = [await member(1), await member(2)]
    const events = Array.from({ length: 50 }, (_, i) =>
      subjects.map((subject) => anEvent(topic, subject, i + 1)),
    ).flat()
    for (let i = 0; i < events.length; i += 100) await bus.publish(events.slice(i, i + 100))
    await eventually(() => expect(facts.length).toBeGreaterThanOrEqual(600), long)
    expectInOrder(facts, new Map(subjects.map((subject) => [subject, 50])))
    expect([...takers].sort()).toEqual([1, 2])
    await Promise.all(members.map(({ stop }) => stop(5_000)))
  })

  test('nothing is missed while many transactions commit at once and another stays open on the server', async () => {
    const { db } = given()
    const bus = await open()
    const topic = await aTopic(bus)
    const outbox = createOutbox('test')
    const consumer = await collect(bus, topic)
    const relays = [aRelay(db, bus), aRelay(db, await open())]
    let letGo = () => {}
    const held = db.transaction(async (tx) => {
      await outbox.add(tx, [anEvent(topic, 'late', 1)])
      await new Promise<void>((resolve) => (letGo = resolve))
    })
    await Promise.all(relays.map((relay) => relay.start()))
    const subjects = ['a', 'b', 'c']
    const writer = async (offset: number) => {
      for (let i = 0; i < 40; i++) {
        const subject = subjects[(i + offset) % 3]!
        await db.transaction(async (tx) => {
          const [row] = await tx.query<Fact>(sql`
            INSERT INTO test.subject (id, n)
            VALUES (${`${topic} ${subject}`}, 1)
            ON CONFLICT (id) DO UPDATE SET n = subject.n + 1
            RETURNING n`)
          await outbox.add(tx, [anEvent(topic, subject, row!.n)])
        })
      }
    }
    await Promise.all([0, 1, 2, 0, 1].map((offset) => writer(offset)))
    const written = await db.query<{ id: string; n: number }>(
      sql`SELECT id, n FROM test.subject WHERE id LIKE ${`${topic} %`}`,
    )
    const expected = new Map(written.map(({ id, n }) => [id.split(' ')[1]!, n]))
    await eventually(() => expectInOrder(consumer.facts(), expected), long)
    letGo()
    await held
    await eventually(() => expectInOrder(consumer.facts(), new Map([...expected, ['late', 1]])), long)
    await Promise.all([...relays.map((relay) => relay.stop(5_000)), consumer.stop(5_000)])
  })

  test('a group goes on where it stopped', async () => {
    const bus = await open()
    const topic = await aTopic(bus)
    const group = fresh('group')
    await bus.publish(count(topic, 'a', 1, 20))
    const before = await collect(bus, topic, { group })
    await eventually(() => expect(before.events).toHaveLength(20), long)
    await before.stop(5_000)
    await bus.publish(count(topic, 'a', 21, 30))
    const after = await collect(await open(), topic, { group })
    await eventually(() => expect(after.facts().at(-1)?.n).toBe(30), long)
    expect(after.facts()[0]!.n).toBe(21)
    await after.stop(5_000)
  })

  test(
    'another member takes over from one that dies',
    async () => {
      const bus = await open()
      const topic = await aTopic(bus)
      const group = fresh('group')
      const doomed = await given().killedMember(group, topic)
      const subjects = Array.from({ length: 12 }, (_, i) => `s-${i}`)
      await bus.publish(subjects.flatMap((subject) => count(topic, subject, 1, 5)))
      const heir = await collect(bus, topic, { group })
      await doomed.kill()
      await eventually(() => expectInOrder(heir.facts(), new Map(subjects.map((subject) => [subject, 5]))), 2 * long)
      await heir.stop(5_000)
    },
    4 * long,
  )

  test('what cannot be processed goes to the dead letters with the reason, and the rest goes on', async () => {
    const bus = await open()
    const topic = await aTopic(bus)
    const tries: number[] = []
    const group = fresh('group')
    const consumer = await collect(bus, topic, {
      group,
      onEvent: async (event) => {
        const { n } = factOf(event)
        tries.push(n)
        if (n === 2) throw new Error('the second is indigestible')
      },
    })
    const events = count(topic, 'a', 1, 3)
    await bus.publish(events)
    await eventually(() => expect(tries).toEqual([1, 2, 2, 2, 3]), long)
    const dead = await collect(bus, `${topic}.dead`)
    await eventually(() => expect(dead.events).toHaveLength(1), long)
    expect(dead.events[0]).toMatchObject({
      id: events[1]!.id,
      subject: 'a',
      data: { n: 2 },
      deadLetter: { group, reason: 'the second is indigestible', position: { topic, offset: '1' } },
    })
    await Promise.all([consumer.stop(5_000), dead.stop(5_000)])
  })

  test('an event waits for a consumer that is not available now, however long, and is no dead letter', async () => {
    const bus = await open()
    const topic = await aTopic(bus)
    let failures = 0
    const seen: number[] = []
    const consumer = await collect(bus, topic, {
      onEvent: async (event) => {
        if (failures++ < 5) throw new OpsError('unavailable', 'the database cannot be reached')
        seen.push(factOf(event).n)
      },
    })
    await bus.publish(count(topic, 'a', 1, 3))
    await eventually(() => expect(seen).toEqual([1, 2, 3]), long)
    await consumer.stop(5_000)
  })

  test('a group that begins with what is new does not get what is old, nor misses what comes before it is ready', async () => {
    const bus = await open()
    const topic = await aTopic(bus)
    await bus.publish(count(topic, 'a', 1, 5))
    const consumer = await collect(bus, topic, { from: 'latest' })
    await bus.publish(count(topic, 'a', 6, 8))
    await eventually(() => expect(consumer.facts().map(({ n }) => n)).toEqual([6, 7, 8]), long)
    await consumer.stop(5_000)
  })
}
