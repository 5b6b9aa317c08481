import type { Admin, EachBatchPayload, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { uuidv7 } from '../../ids/index.ts'
import type { DeliveredEvent, EventBus, ReadFrom } from '../event-bus.ts'
import { createWakeUp } from '../wake-up.ts'
import { fromMessage } from './cloud-event.ts'
import { keepConsuming } from './keep-consuming.ts'
import { offsetsAt, type NextOffset } from './positions.ts'

interface ReadDeps {
  readonly kafka: Kafka
  readonly random: () => number
  readonly log: Logger
}

/** Events that were fetched and not yet taken. */
const maxWaiting = 500
const heartbeatMs = 2_000

/** Follows `topics` with a group of one that stores no position; Kafka forgets it when it leaves. */
export async function* readTopics(
  deps: ReadDeps,
  { topics, from, signal }: Parameters<EventBus['read']>[0],
): AsyncIterable<DeliveredEvent> {
  const waiting: DeliveredEvent[] = []
  const [arrived, taken] = [createWakeUp(), createWakeUp()]
  const ending = new AbortController()
  const ended = AbortSignal.any([signal, ending.signal])
  let next: Map<string, NextOffset> | undefined
  const take = async (payload: EachBatchPayload) => {
    const { batch } = payload
    const { topic, partition } = batch
    const key = keyOf({ topic, partition })
    for (const message of batch.messages) {
      while (waiting.length >= maxWaiting && !ended.aborted) {
        await taken.sleep(heartbeatMs, ended)
        await payload.heartbeat()
      }
      if (ended.aborted) return
      payload.resolveOffset(message.offset)
      if (BigInt(message.offset) < BigInt(next?.get(key)?.offset ?? 0)) continue
      next?.set(key, { topic, partition, offset: String(BigInt(message.offset) + 1n) })
      const position = { topic, partition, offset: message.offset }
      waiting.push({ ...fromMessage(message, topic, partition), position })
      arrived.wake()
    }
  }
  const running = keepConsuming(deps, {
    groupId: `akashic-reader-${uuidv7()}`,
    topics,
    prepare: async (admin) => {
      next ??= new Map((await startOf(admin, topics, from)).map((offset) => [keyOf(offset), offset]))
    },
    // What was fetched before the seek took effect is told apart by its offset.
    onJoined: (consumer) => next?.forEach((offset) => consumer.seek({ ...offset })),
    eachBatch: take,
    signal: ended,
  })
  try {
    while (!signal.aborted) {
      const event = waiting.shift()
      taken.wake()
      if (event) yield event
      else await arrived.sleep(heartbeatMs, signal)
    }
  } finally {
    ending.abort()
    await running
  }
}

const keyOf = ({ topic, partition }: { topic: string; partition: number }) => `${partition} ${topic}`

async function startOf(admin: Admin, topics: readonly string[], from: ReadFrom): Promise<NextOffset[]> {
  const { timeMs } = from
  const start = await offsetsAt(admin, topics, timeMs === undefined ? 'earliest' : { timeMs })
  if (!('after' in from)) return start
  const after = new Map(from.after.map((position) => [keyOf(position), String(BigInt(position.offset) + 1n)]))
  return start.map((begin) => ({ ...begin, offset: after.get(keyOf(begin)) ?? begin.offset }))
}
