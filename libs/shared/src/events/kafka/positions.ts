import type { Admin, Kafka } from 'kafkajs'

/** Where a reader goes on in a partition. */
export interface NextOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** Each partition of `topics` at its first event, at its end, or at its first event of or after an instant. */
export async function offsetsAt(
  admin: Admin,
  topics: readonly string[],
  from: 'earliest' | 'latest' | { readonly timeMs: number },
): Promise<NextOffset[]> {
  const found: NextOffset[] = []
  for (const topic of topics) {
    if (typeof from === 'object') {
      for (const at of await admin.fetchTopicOffsetsByTimestamp(topic, from.timeMs)) found.push({ topic, ...at })
    } else {
      for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
        found.push({ topic, partition, offset: from === 'latest' ? high : low })
      }
    }
  }
  return found
}

/** Of `topics`, those of which the group has no position at all. */
export async function newTopicsOf(admin: Admin, groupId: string, topics: readonly string[]): Promise<string[]> {
  const stored = await admin.fetchOffsets({ groupId, topics: [...topics] })
  return stored
    .filter(({ partitions }) => partitions.every(({ offset }) => Number(offset) < 0))
    .map(({ topic }) => topic)
}

const joinWithinMs = 30_000

/** Stores the positions at which a group begins. A member may commit for every partition, so one joins for a moment, also where
 *  others work already. */
export async function storePositions(kafka: Kafka, groupId: string, offsets: readonly NextOffset[]): Promise<void> {
  if (offsets.length === 0) return
  const consumer = kafka.consumer({ groupId })
  const joined = new Promise<void>((resolve, reject) => {
    consumer.on('consumer.group_join', () => resolve())
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error))
    setTimeout(() => reject(new Error(`group ${groupId} took too long to form`)), joinWithinMs).unref()
  })
  joined.catch(() => undefined)
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...new Set(offsets.map(({ topic }) => topic))], fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
    await joined
    await consumer.commitOffsets([...offsets])
  } finally {
    await consumer.disconnect().catch(() => undefined)
  }
}
