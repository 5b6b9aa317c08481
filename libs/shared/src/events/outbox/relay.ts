import type { Logger } from 'pino'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Clock } from '../../clock/index.ts'
import type { Health } from '../../module/index.ts'
import type { Database, Transaction } from '../../postgres/index.ts'
import type { EventBus } from '../event-bus.ts'
import { backoffMs, createWakeUp, pause } from '../wake-up.ts'
import { outboxChannel } from './outbox.ts'
import { readBacklog, takeEvents, tryElect } from './store.ts'

export interface RelayOptions {
  /** Whose outbox. */
  readonly schema: string
  readonly db: Database
  readonly bus: Pick<EventBus, 'publish'>
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
/** After so many batches a pass commits, so that little is sent twice when its process dies. */
const batchesAPass = 10
const pollMs = 1_000
const longestRetryMs = 5_000
const lateMs = 60_000
const countUpTo = 100_000

export function createRelay(options: RelayOptions): Relay {
  const { schema, db, bus, clock, log } = options
  const wakeUp = createWakeUp()
  const stopping = new AbortController()
  const measures = options.metrics && measuresIn(options.metrics, options)
  let running: Promise<void> = Promise.resolve()
  let unlisten: (() => Promise<void>) | undefined
  let failingSinceMs: number | null = null
  let reason = ''

  async function relayOnce(): Promise<number> {
    const count = await db.transaction((tx) => relayBatches(tx, schema, bus))
    measures?.published.inc({ outbox: schema }, count)
    return count
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
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

/** The next batch is read while one is published. All are back in the outbox when one fails. */
async function relayBatches(tx: Transaction, schema: string, bus: Pick<EventBus, 'publish'>): Promise<number> {
  if (!(await tryElect(tx, schema))) return 0
  let count = 0
  let batch = await takeEvents(tx, schema, batchSize)
  for (let i = 1; batch.length > 0; i++) {
    const isLast = batch.length < batchSize || i === batchesAPass
    const [, next] = await Promise.all([bus.publish(batch), isLast ? [] : takeEvents(tx, schema, batchSize)])
    count += batch.length
    batch = next
  }
  return count
}

function measuresIn(metrics: Registry, { schema, db, clock, log }: RelayOptions) {
  new Gauge({
    name: 'akashic_outbox_waiting',
    help: `Events that wait to be published, counted up to ${countUpTo}.`,
    labelNames: ['outbox'],
    registers: [metrics],
    async collect() {
      const backlog = await readBacklog(db, schema, countUpTo).catch((error: unknown) => {
        log.warn({ err: error, outbox: schema }, 'the outbox could not be counted')
        return null
      })
      if (backlog === null) return this.reset()
      const oldestMs = backlog.oldestAt === null ? 0 : clock.now() - backlog.oldestAt.getTime()
      this.set({ outbox: schema }, backlog.waiting)
      age.set({ outbox: schema }, Math.max(0, oldestMs) / 1_000)
    },
  })
  const age = new Gauge({
    name: 'akashic_outbox_oldest_seconds',
    help: 'For how long the oldest event waits to be published.',
    labelNames: ['outbox'],
    registers: [metrics],
  })
  const published = new Counter({
    name: 'akashic_outbox_published_total',
    help: 'Events that the relay of this process published.',
    labelNames: ['outbox'],
    registers: [metrics],
  })
  return { published }
}
