import type { Admin, Consumer, EachBatchHandler, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { backoffMs, pause } from '../wake-up.ts'

export interface Consumption {
  readonly groupId: string
  readonly topics: readonly string[]
  /** Before the group is joined, each time. */
  readonly prepare: (admin: Admin) => Promise<void>
  /** Once it is joined, each time. */
  readonly onJoined: (consumer: Consumer) => void
  readonly eachBatch: EachBatchHandler
  readonly signal: AbortSignal
}

interface ConsumeDeps {
  readonly kafka: Kafka
  readonly random: () => number
  readonly log: Logger
}

const longestRetryMs = 5_000

/** Consumes until `signal` aborts, with a new consumer whenever one fails; its offsets are committed by `eachBatch`. */
export async function keepConsuming(deps: ConsumeDeps, consumption: Consumption): Promise<void> {
  const { log, random } = deps
  const { signal, groupId, topics } = consumption
  let failures = 0
  while (!signal.aborted) {
    try {
      await consumeOnce(deps.kafka, consumption, () => {
        if (failures > 0) log.info({ group: groupId, topics }, 'events are consumed again')
        failures = 0
      })
    } catch (error) {
      if (signal.aborted) return
      if (failures === 0)
        log.warn({ err: error, group: groupId, topics }, 'events cannot be consumed; it is tried again')
      await pause(backoffMs(failures++, 100, longestRetryMs, random), signal)
    }
  }
}

async function consumeOnce(kafka: Kafka, consumption: Consumption, onWorking: () => void): Promise<void> {
  const { groupId, topics, prepare, onJoined, eachBatch, signal } = consumption
  await withAdmin(kafka, prepare)
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: 10_000,
    rebalanceTimeout: 30_000,
    heartbeatInterval: 2_000,
    maxWaitTimeInMs: 500,
    // Its own restart goes on after a disconnect; a new consumer is made instead.
    retry: { retries: 3, initialRetryTime: 100, restartOnFailure: async () => false },
  })
  const { promise: ended, resolve: end, reject } = Promise.withResolvers<void>()
  ended.catch(() => undefined)
  consumer.on('consumer.crash', ({ payload }) => reject(payload.error))
  const onAbort = (): void => end()
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) end()
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    consumer.on('consumer.group_join', () => {
      onWorking()
      onJoined(consumer)
    })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
    await ended
  } finally {
    signal.removeEventListener('abort', onAbort)
    await consumer.disconnect().catch(() => undefined)
  }
}

/** Runs `work` with an admin client of its own. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    return await work(admin)
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}
