import type { Database } from '../../postgres/index.ts'
import type { DeliveredEvent, EventBus, ReadFrom } from '../event-bus.ts'
import { createWakeUp } from '../wake-up.ts'
import { logChannel, offsetsAt, readEvents, type NextOffset } from './store.ts'

const batchSize = 200
const pollMs = 2_000

type ReadOptions = Parameters<EventBus['read']>[0]

/** Follows `topics` from where `from` says until `signal` aborts. */
export async function* readLog(db: Database, { topics, from, signal }: ReadOptions): AsyncIterable<DeliveredEvent> {
  const wakeUp = createWakeUp()
  const unlisten = await db.listen(logChannel, wakeUp.wake, wakeUp.wake)
  try {
    const next = new Map((await startOf(db, topics, from)).map((offset) => [keyOf(offset), offset]))
    while (!signal.aborted) {
      const events = await readEvents(db, [...next.values()], batchSize)
      for (const event of events) {
        const { topic, partition, offset } = event.position
        next.set(keyOf(event.position), { topic, partition, nextOffset: Number(offset) + 1 })
        yield event
        if (signal.aborted) return
      }
      if (events.length > 0) continue
      await wakeUp.sleep(pollMs, signal)
      for (const added of await offsetsAt(db, topics, null)) {
        if (!next.has(keyOf(added))) next.set(keyOf(added), added)
      }
    }
  } finally {
    await unlisten()
  }
}

const keyOf = ({ topic, partition }: { topic: string; partition: number }) => `${partition} ${topic}`

async function startOf(db: Database, topics: readonly string[], from: ReadFrom): Promise<NextOffset[]> {
  const start = await offsetsAt(db, topics, from.timeMs ?? null)
  if (!('after' in from)) return start
  const after = new Map(from.after.map((position) => [keyOf(position), Number(position.offset) + 1]))
  return start.map((offset) => ({ ...offset, nextOffset: after.get(keyOf(offset)) ?? offset.nextOffset }))
}
