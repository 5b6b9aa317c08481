import { performance } from 'node:perf_hooks'
import type { Database } from '../../postgres/index.ts'
import { deliver, type DeliverDeps } from '../deliver.ts'
import type { SubscribeOptions, Subscription } from '../event-bus.ts'
import { backoffMs, createWakeUp, pause, type WakeUp } from '../wake-up.ts'
import {
  addNewPartitions,
  addPositions,
  claimPartition,
  joinTopics,
  logChannel,
  offsetsAt,
  offsetsAtEnd,
  readEvents,
  savePosition,
} from './store.ts'

interface LogDeps extends DeliverDeps {
  readonly db: Database
}

const batchSize = 100
const pollMs = 1_000
const longestRetryMs = 5_000
/** A batch ends after so long, well before the server ends a transaction that is idle (60 s). */
const longestBatchMs = 5_000

/** Becomes a member of the group. The lock on the position of a partition is the assignment: it falls with the member's connection. */
export async function subscribeToLog(
  deps: LogDeps,
  options: SubscribeOptions,
  closing: AbortSignal,
): Promise<Subscription> {
  const { db } = deps
  await begin(db, options)
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, closing])
  const wakeUp = createWakeUp()
  const unlisten = await db.listen(logChannel, wakeUp.wake, wakeUp.wake)
  const running = run(deps, options, wakeUp.sleep, signal)
  return {
    stop: async (deadlineMs) => {
      stopping.abort()
      await Promise.race([running, pause(deadlineMs)])
      await unlisten()
    },
  }
}

async function begin(db: Database, { group, topics, from }: SubscribeOptions): Promise<void> {
  await db.transaction(async (tx) => {
    const joined = await joinTopics(tx, group, topics)
    const start =
      from === 'latest'
        ? await offsetsAtEnd(tx, joined)
        : await offsetsAt(tx, joined, from === 'earliest' ? null : from.timeMs)
    await addPositions(tx, group, start)
  })
}

async function run(
  deps: LogDeps,
  options: SubscribeOptions,
  sleep: WakeUp['sleep'],
  signal: AbortSignal,
): Promise<void> {
  const { db, log, random } = deps
  let failures = 0
  while (!signal.aborted) {
    try {
      const hadWork = await workOnce(deps, options, signal)
      failures = 0
      if (hadWork) continue
      await sleep(pollMs, signal)
      await addNewPartitions(db, options.group, options.topics)
    } catch (error) {
      if (signal.aborted) return
      if (failures === 0) log.warn({ err: error, group: options.group }, 'events wait: their consumer cannot work now')
      await pause(backoffMs(failures++, 100, longestRetryMs, random), signal)
    }
  }
}

/** Processes a batch of one partition. @returns whether there was one. */
async function workOnce(deps: LogDeps, options: SubscribeOptions, signal: AbortSignal): Promise<boolean> {
  const { group, topics } = options
  let failure: { readonly error: unknown } | undefined
  const hadWork = await deps.db.transaction(async (tx) => {
    failure = undefined
    const claimed = await claimPartition(tx, group, topics)
    if (!claimed) return false
    const { topic, partition, end } = claimed
    const events = await readEvents(tx, [claimed], batchSize)
    let nextOffset = events.length === 0 ? end : claimed.nextOffset
    const startedAt = performance.now()
    for (const event of events) {
      try {
        await deliver(deps, options, event, signal)
      } catch (error) {
        failure = { error }
        break
      }
      nextOffset = Number(event.position.offset) + 1
      if (signal.aborted || performance.now() - startedAt > longestBatchMs) break
    }
    await savePosition(tx, group, { topic, partition, nextOffset })
    return true
  })
  if (failure) throw failure.error
  return hadWork
}
