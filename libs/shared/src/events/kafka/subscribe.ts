import type { EachBatchPayload, Kafka } from 'kafkajs'
import type { DeliveredEvent, SubscribeOptions, Subscription } from '../event-bus.ts'
import { deliver, type DeliverDeps } from '../deliver.ts'
import { backoffMs, pause } from '../wake-up.ts'
import { fromMessage } from './cloud-event.ts'
import { keepConsuming } from './keep-consuming.ts'
import { newTopicsOf, offsetsAt, storePositions } from './positions.ts'

interface KafkaDeps extends DeliverDeps {
  readonly kafka: Kafka
}

/** A process starts without its brokers; it joins when they are there. */
const joinWithinMs = 15_000
const commitEveryMs = 1_000
const heartbeatMs = 2_000
const longestRetryMs = 5_000

export async function subscribeToKafka(
  deps: KafkaDeps,
  options: SubscribeOptions,
  closing: AbortSignal,
): Promise<Subscription> {
  const { group, topics, from } = options
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, closing])
  const joined = Promise.withResolvers<void>()
  const running = keepConsuming(deps, {
    groupId: group,
    topics,
    prepare: async (admin) => {
      if (from === 'earliest') return
      const fresh = await newTopicsOf(admin, group, topics)
      await storePositions(deps.kafka, group, await offsetsAt(admin, fresh, from))
    },
    onJoined: () => joined.resolve(),
    eachBatch: (payload) => processBatch(deps, options, payload, signal),
    signal,
  })
  await Promise.race([joined.promise, pause(joinWithinMs, signal)])
  return {
    stop: async (deadlineMs) => {
      stopping.abort()
      await Promise.race([running, pause(deadlineMs)])
    },
  }
}

async function processBatch(
  deps: KafkaDeps,
  options: SubscribeOptions,
  payload: EachBatchPayload,
  stopping: AbortSignal,
): Promise<void> {
  const { batch } = payload
  const { topic, partition } = batch
  const membership = keepMembership(() => payload.heartbeat())
  const signal = AbortSignal.any([stopping, membership.lost])
  let next: string | undefined
  let committedAt = performance.now()
  const commit = async () => {
    if (next === undefined) return
    const partitions = [{ partition, offset: next }]
    next = undefined
    await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions }] })
    committedAt = performance.now()
  }
  try {
    for (const message of batch.messages) {
      if (signal.aborted || !payload.isRunning() || payload.isStale()) break
      const { offset } = message
      const event = { ...fromMessage(message, topic, partition), position: { topic, partition, offset } }
      if (!(await deliverPatiently(deps, options, event, signal))) break
      payload.resolveOffset(offset)
      next = String(BigInt(offset) + 1n)
      if (performance.now() - committedAt > commitEveryMs) await commit()
    }
    await commit()
  } finally {
    membership.end()
  }
  // What the coordinator said makes the consumer join again.
  if (membership.lost.aborted) throw membership.lost.reason
}

/** Whether the event is done with: false when `signal` came first. */
async function deliverPatiently(
  deps: KafkaDeps,
  options: SubscribeOptions,
  event: DeliveredEvent,
  signal: AbortSignal,
): Promise<boolean> {
  for (let failures = 0; ; failures++) {
    try {
      await deliver(deps, options, event, signal)
      return true
    } catch (error) {
      if (signal.aborted) return false
      const { group } = options
      if (failures === 0) deps.log.warn({ err: error, group }, 'events wait: their consumer cannot work now')
      await pause(backoffMs(failures, 100, longestRetryMs, deps.random), signal)
    }
  }
}

/** Tells the coordinator that this member lives while an event is worked on. */
function keepMembership(heartbeat: () => Promise<void>) {
  const lost = new AbortController()
  const timer = setInterval(() => heartbeat().catch((error: unknown) => lost.abort(error)), heartbeatMs)
  timer.unref()
  return { lost: lost.signal, end: () => clearInterval(timer) }
}
