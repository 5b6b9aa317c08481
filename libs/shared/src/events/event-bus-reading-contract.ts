import { eventually } from '@akashic/testbed'
import { busHarness, long, partitions, factOf, type BusUnderTest, type Fact } from './event-bus-harness.ts'
import type { DeliveredEvent, EventBus, EventPosition } from './index.ts'
import { anEvent } from './testing.ts'

/** What every event bus does for readers without a group, and for its topics. */
export function readingContract(given: () => BusUnderTest): void {
  const { open, fresh, aTopic, collect, count } = busHarness(given)

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

  test('a reader that was cut off at once goes on at positions, whatever the times of what comes late', async () => {
    const bus = await open()
    const topic = await aTopic(bus)
    const now = Date.now()
    const at = (hoursAgo: number) => ({ time: new Date(now - hoursAgo * 3_600_000).toISOString() })
    await bus.publish([anEvent(topic, 'a', 1, at(3)), anEvent(topic, 'a', 2, at(1))])
    const end = await bus.positions([topic], 'latest')
    const replay = await bus.positions([topic], { timeMs: now - 2 * 3_600_000 })
    expect(end).toHaveLength(partitions)
    await bus.publish([anEvent(topic, 'a', 3, at(2.5)), anEvent(topic, 'c', 1, at(2.5))])
    const read = async (after: readonly EventPosition[], howMany: number) => {
      const abort = new AbortController()
      const events: DeliveredEvent[] = []
      for await (const event of bus.read({ topics: [topic], from: { after }, signal: abort.signal })) {
        if (events.push(event) === howMany) abort.abort()
      }
      return events.map(({ subject, data }) => `${subject}${(data as { n: number }).n}`).sort()
    }
    expect(await read(end, 2)).toEqual(['a3', 'c1'])
    expect(await read(replay, 3)).toEqual(['a2', 'a3', 'c1'])
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

  test('topics that are missing are made, and those that are there keep their events', async () => {
    const bus = await open()
    const [there, missing] = [await aTopic(bus, 1), fresh('topic')]
    await bus.publish([anEvent(there, 'a', 1)])
    const wanted = [there, missing].map((name) => ({ name, partitions: 1, retentionMs: 86_400_000 }))
    const twice = await Promise.all([bus.ensureTopics(wanted), (await open()).ensureTopics(wanted)])
    expect(new Set(twice.flat().map(({ name }) => name))).toEqual(new Set([missing]))
    expect(await bus.ensureTopics(wanted)).toEqual([])
    await bus.publish([anEvent(missing, 'a', 1)])
    const [one, other] = [await collect(bus, there), await collect(bus, missing)]
    await eventually(() => expect([one.events.length, other.events.length]).toEqual([1, 1]), long)
    await Promise.all([one.stop(5_000), other.stop(5_000)])
  })
}
