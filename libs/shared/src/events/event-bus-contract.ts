import { eventually } from '@akashic/testbed'
import { OpsError } from '../errors/index.ts'
import { randomToken } from '../ids/index.ts'
import { sql, type Database } from '../postgres/index.ts'
import {
  createOutbox,
  type DeliveredEvent,
  type EventBus,
  type EventPosition,
  type OutgoingEvent,
  type SubscribeOptions,
} from './index.ts'
import { aRelay, anEvent } from './testing.ts'

export interface BusUnderTest {
  /** A bus of a process of its own on the same events. */
  open(): Promise<EventBus>
  /** A member of the group as another process, which is then killed: it never processes what it was given. */
  killedMember(group: string, topic: string): Promise<{ kill(): Promise<void> }>
  readonly db: Database
}

const long = 15_000
const partitions = 4

interface Fact {
  readonly subject: string
  readonly n: number
}
const factOf = ({ subject, data }: DeliveredEvent | OutgoingEvent): Fact => ({ subject, n: (data as { n: number }).n })

/** In the order of each subject, a number comes first after all below it; repetitions may come at any time. */
function expectInOrder(facts: readonly Fact[], upTo: ReadonlyMap<string, number>): void {
  const next = new Map<string, number>()
  for (const { subject, n } of facts) {
    const wanted = next.get(subject) ?? 1
    expect(n).toBeLessThanOrEqual(wanted)
    if (n === wanted) next.set(subject, n + 1)
  }
  expect(new Map([...next].map(([subject, n]) => [subject, n - 1]))).toEqual(upTo)
}

/** What every event bus does, whichever driver. */
export function eventBusContract(given: () => BusUnderTest): void {
  const opened: EventBus[] = []
  const open = async () => {
    const bus = await given().open()
    opened.push(bus)
    return bus
  }
  const fresh = (word: string) => `test.${word}.${randomToken(6)}`
  const aTopic = async (bus: EventBus, count = partitions) => {
    const name = fresh('topic')
    await bus.applyTopics(
      [
        { name, partitions: count, retentionMs: 86_400_000 },
        { name: `${name}.dead`, partitions: 1, retentionMs: 86_400_000 },
      ],
      { dryRun: false },
    )
    return name
  }
  const collect = async (bus: EventBus, topic: string, more: Partial<SubscribeOptions> = {}) => {
    const events: DeliveredEvent[] = []
    const subscription = await bus.subscribe({
      group: fresh('group'),
      topics: [topic],
      from: 'earliest',
      onEvent: async (event) => void events.push(event),
      ...more,
    })
    return { events, facts: () => events.map(factOf), ...subscription }
  }
  const count = (topic: string, subject: string, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => anEvent(topic, subject, from + i))
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((bus) => bus.close()))
  })

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

  test('events are replayed from an instant, and read on after a position', async () => {
    const bus = await open()
    const topic = await aTopic(bus)
    const now = Date.now()
    const times = [3, 2, 1, 0].map((hours) => new Date(now - hours * 3_600_000).toISOString())
    await bus.publish(times.map((time, i) => anEvent(topic, 'a', i + 1, { time })))
    const read = async (from: Parameters<EventBus['read']>[0]['from'], howMany: number) => {
      const abort = new AbortController()
      const events: DeliveredEvent[] = []
      for await (const event of bus.read({ topics: [topic], from, signal: abort.signal })) {
        if (events.push(event) === howMany) abort.abort()
      }
      return events
    }
    const replayed = await read({ timeMs: now - 2.5 * 3_600_000 }, 3)
    expect(replayed.map((event) => factOf(event).n)).toEqual([2, 3, 4])
    const consumer = await collect(bus, topic, { from: { timeMs: now - 1.5 * 3_600_000 } })
    await eventually(() => expect(consumer.facts().map(({ n }) => n)).toEqual([3, 4]), long)
    const after: EventPosition[] = [replayed[0]!.position]
    expect((await read({ after }, 2)).map((event) => factOf(event).n)).toEqual([3, 4])
    expect((await read({ after: [] }, 4)).map((event) => factOf(event).n)).toEqual([1, 2, 3, 4])
    await consumer.stop(5_000)
  })

  test('a reader that follows gets what is published from then on', async () => {
    const bus = await open()
    const topic = await aTopic(bus)
    const abort = new AbortController()
    const facts: Fact[] = []
    await bus.publish([anEvent(topic, 'a', 1, { time: new Date(Date.now() - 60_000).toISOString() })])
    const following = (async () => {
      for await (const event of bus.read({ topics: [topic], from: { timeMs: Date.now() }, signal: abort.signal })) {
        facts.push(factOf(event))
      }
    })()
    await bus.publish(count(topic, 'a', 2, 3))
    await eventually(() => expect(facts.map(({ n }) => n)).toEqual([2, 3]), long)
    await bus.publish(count(topic, 'b', 1, 1))
    await eventually(() => expect(facts).toHaveLength(3), long)
    abort.abort()
    await following
  })

  test('topics are made with their partitions and retention, grow, and a dry run only says so', async () => {
    const bus = await open()
    const name = fresh('topic')
    const wanted = { name, partitions: 2, retentionMs: 3_600_000 }
    const apply = async (change: object, dryRun = false) => {
      const [answer] = await bus.applyTopics([{ ...wanted, ...change }], { dryRun })
      return answer!.change
    }
    expect(await apply({}, true)).toBe('create')
    expect(await apply({})).toBe('create')
    expect(await apply({})).toBe('none')
    expect(await apply({ retentionMs: 7_200_000 })).toBe('change_retention')
    expect(await apply({ retentionMs: 7_200_000, partitions: 3 }, true)).toBe('add_partitions')
    expect(await apply({ retentionMs: 7_200_000, partitions: 3 })).toBe('add_partitions')
    expect(await apply({ retentionMs: 7_200_000, partitions: 3 })).toBe('none')
  })
}
