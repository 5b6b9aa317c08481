import { randomToken } from '../ids/index.ts'
import type { Database } from '../postgres/index.ts'
import type { DeliveredEvent, EventBus, OutgoingEvent, SubscribeOptions } from './index.ts'
import { anEvent } from './testing.ts'

export interface BusUnderTest {
  /** A bus of a process of its own on the same events. */
  open(): Promise<EventBus>
  /** A member of the group as another process, which is then killed: it never processes what it was given. */
  killedMember(group: string, topic: string): Promise<{ kill(): Promise<void> }>
  readonly db: Database
}

/** What a real broker gets for one step, in milliseconds. */
export const long = 15_000
export const partitions = 4

export interface Fact {
  readonly subject: string
  readonly n: number
}
export const factOf = ({ subject, data }: DeliveredEvent | OutgoingEvent): Fact => ({
  subject,
  n: (data as { n: number }).n,
})

/** In the order of each subject, a number comes first after all below it; repetitions may come at any time. */
export function expectInOrder(facts: readonly Fact[], upTo: ReadonlyMap<string, number>): void {
  const next = new Map<string, number>()
  for (const { subject, n } of facts) {
    const wanted = next.get(subject) ?? 1
    expect(n).toBeLessThanOrEqual(wanted)
    if (n === wanted) next.set(subject, n + 1)
  }
  expect(new Map([...next].map(([subject, n]) => [subject, n - 1]))).toEqual(upTo)
}

/** Buses, topics and consumers of a suite; what it opened is closed after each test. */
export function busHarness(given: () => BusUnderTest) {
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
  return { open, fresh, aTopic, collect, count }
}
