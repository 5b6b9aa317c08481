import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Clock } from '../../clock/index.ts'
import type { Health } from '../../module/index.ts'
import type { Database, Transaction } from '../../postgres/index.ts'
import type { EventBus, OutgoingEvent, TopicDefinition } from '../event-bus.ts'
import { backoffMs, createWakeUp, pause } from '../wake-up.ts'
import { measuresOf } from './measures.ts'
import { outboxChannel } from './outbox.ts'
import { createPublisher, TooManyRefused, type Published } from './publish-batch.ts'
import { keepRefused, takeEvents, tryElect } from './store.ts'
import { createTopicMaker } from './topic-maker.ts'

export interface RelayOptions {
  /** Whose outbox. */
  readonly schema: string
  readonly db: Database
  readonly bus: Pick<EventBus, 'publish' | 'ensureTopics'>
  /** What the service's events go to; made before the first of them where it is missing. */
  readonly topics?: readonly TopicDefinition[]
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly metrics?: Registry
}

/** Moves what a service's outbox holds to the event bus. Every replica runs one; one at a time is elected for each pass. */
export interface Relay {
  start(): Promise<void>
  /** Ends after the pass under way. */
  stop(deadlineMs: number): Promise<void>
  /** One pass: publishes what is committed, in order. @returns how many events went out; 0 also when another replica relays.
   *  @throws what `publish` throws; nothing is lost then. */
  relayOnce(): Promise<number>
  /** Degraded while events wait for longer than a minute. */
  health(): Health
}

const batchSize = 1_000
/** While many events are refused. */
const smallBatchSize = 20
/** After so many batches a pass commits, so that little is sent twice when its process dies. */
const batchesAPass = 10
const pollMs = 1_000
const longestRetryMs = 5_000
const lateMs = 60_000

export function createRelay(options: RelayOptions): Relay {
  const { schema, db, clock, log } = options
  const wakeUp = createWakeUp()
  const stopping = new AbortController()
  const measures = options.metrics && measuresOf(options.metrics, options)
  const publish = createPublisher({ ...options, onRefused: () => measures?.refused.inc({ outbox: schema }) })
  const topicMaker = createTopicMaker(options)
  let running: Promise<void> = Promise.resolve()
  let unlisten: (() => Promise<void>) | undefined
  let size = batchSize
  let failingSinceMs: number | null = null
  let reason = ''

  async function relayOnce(): Promise<number> {
    try {
      const { count, isAnyRefused } = await db.transaction((tx) => relayBatches(tx, { ...options, publish, size }))
      if (!isAnyRefused) size = batchSize
      measures?.published.inc({ outbox: schema }, count)
      return count
    } catch (error) {
      if (!(error instanceof TooManyRefused) || size === smallBatchSize) throw error
      size = smallBatchSize
      return relayOnce()
    }
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        await topicMaker.makeMissing()
        const count = await relayOnce()
        if (failingSinceMs !== null) log.info({ outbox: schema }, 'events are published again')
        failingSinceMs = null
        failures = 0
        if (count === 0) await wakeUp.sleep(pollMs, stopping.signal)
      } catch (error) {
        if (failingSinceMs === null)
          log.warn({ err: error, outbox: schema }, 'events cannot be published; they are kept')
        failingSinceMs ??= clock.now()
        reason = error instanceof Error ? error.message : String(error)
        topicMaker.onFailure(error)
        await pause(backoffMs(failures++, 100, longestRetryMs, options.random), stopping.signal)
      }
    }
  }

  return {
    relayOnce,
    start: async () => {
      unlisten = await db.listen(outboxChannel(schema), wakeUp.wake, wakeUp.wake)
      running = run()
    },
    stop: async (deadlineMs) => {
      stopping.abort()
      await Promise.race([running, pause(deadlineMs)])
      await unlisten?.()
    },
    health: () => {
      const silentMs = failingSinceMs === null ? 0 : clock.now() - failingSinceMs
      if (silentMs < lateMs) return { state: 'serving' }
      return { state: 'degraded', reason: `events wait in the outbox for ${Math.round(silentMs / 1_000)} s: ${reason}` }
    },
  }
}

interface Pass extends Pick<RelayOptions, 'schema' | 'clock'> {
  readonly publish: (events: readonly OutgoingEvent[]) => Promise<Published>
  /** Events in a batch. */
  readonly size: number
}

/** The next batch is read while one is published. All are back in the outbox when one fails. With small batches a
 *  pass is one of them, so that what became of refused events is committed soon. */
async function relayBatches(tx: Transaction, { schema, clock, publish, size }: Pass) {
  let [count, isAnyRefused] = [0, false]
  if (!(await tryElect(tx, schema))) return { count, isAnyRefused }
  let batch = await takeEvents(tx, schema, size)
  for (let i = 1; batch.length > 0; i++) {
    const isLast = batch.length < size || size < batchSize || i === batchesAPass
    const [published, next] = await Promise.all([publish(batch), isLast ? [] : takeEvents(tx, schema, size)])
    await keepRefused(tx, schema, published.homeless, clock.now())
    isAnyRefused ||= published.refusals > 0
    count += batch.length
    batch = next
  }
  return { count, isAnyRefused }
}
