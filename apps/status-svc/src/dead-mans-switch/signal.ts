import type { Clock } from '@akashic/shared/clock'
import type { OutboundRules } from '@akashic/shared/outbound'
import type { Database } from '@akashic/shared/postgres'
import type { Job, Queue } from '@akashic/shared/queue'
import type { Logger } from 'pino'
import { tellOutside } from '../notification/channel/tell-outside.ts'
import { pulseEveryMs } from './beat.ts'
import type { SwitchMetrics } from './switch-metrics.ts'
import * as store from './store.ts'

export const switchQueue = 'dead-mans-switch'

const timeoutMs = 10_000

export interface SignalDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly queue: Queue
  readonly outbound: () => OutboundRules
  /** Where the signal goes; undefined when nobody waits for it. */
  readonly url: () => string | undefined
  readonly metrics: SwitchMetrics
}

/** A pulse as it travels. */
export interface Pulse {
  readonly round: number
  readonly begunAtMs: number
}

export const defineSwitchQueue = ({ queue }: Pick<SignalDeps, 'queue'>): Promise<void> =>
  queue.define({
    name: switchQueue,
    retryLimit: 3,
    retryDelaySeconds: 2,
    retryDelayMaxSeconds: 10,
    heartbeatSeconds: 15,
    expireInSeconds: 30,
  })

/** Puts a pulse that came out of the events into the work queue. */
export async function passOn({ db, queue }: Pick<SignalDeps, 'db' | 'queue'>, pulse: Pulse): Promise<void> {
  await db.transaction((tx) => queue.send(tx, switchQueue, pulse, { key: switchQueue }))
}

/** Tells outside that a pulse came all the way. One that took too long is worth nothing. */
export async function signal(deps: SignalDeps, job: Job): Promise<void> {
  const { round, begunAtMs } = job.data as Pulse
  const url = deps.url()
  const ageMs = deps.clock.now() - begunAtMs
  if (url === undefined || ageMs > pulseEveryMs) return
  try {
    const deadline = AbortSignal.any([job.signal, AbortSignal.timeout(timeoutMs)])
    await tellOutside(url, { outbound: deps.outbound(), clock: deps.clock }, deadline)
  } catch (error) {
    deps.metrics.failures.inc()
    deps.log.warn({ reason: (error as Error).message, round }, "the dead man's switch could not be told outside")
    throw error
  }
  const nowMs = deps.clock.now()
  if (await store.noteSignal(deps.db, round, nowMs)) deps.metrics.lastSignal.set(nowMs / 1_000)
}
