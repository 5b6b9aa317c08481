import type { Transaction } from '../postgres/index.ts'

export interface JobOptions {
  /** Jobs of one key run one after another in the order sent, and a failing one holds the others of its key back. */
  readonly key?: string
  /** Epoch milliseconds before which the job does not run. */
  readonly startAt?: number
}

export interface QueueDefinition {
  readonly name: string
  /** Attempts after the first. */
  readonly retryLimit: number
  /** First delay; it doubles with jitter up to `retryDelayMaxSeconds`. */
  readonly retryDelaySeconds: number
  readonly retryDelayMaxSeconds: number
  /** A job whose worker sends no heartbeat for this long is given to another. */
  readonly heartbeatSeconds: number
  /** Bound of one attempt. */
  readonly expireInSeconds: number
}

export interface Job {
  readonly id: string
  readonly data: unknown
  readonly signal: AbortSignal
}

/** Thrown by a handler that wants its job again after a while of its own choosing, instead of the queue's backoff. */
export class RetryLater extends Error {
  readonly delayMs: number

  constructor(message: string, delayMs: number) {
    super(message)
    this.name = 'RetryLater'
    this.delayMs = delayMs
  }
}

/** Durable work (pg-boss). A job may run more than once; handlers are idempotent or record `uncertain`. */
export interface Queue {
  define(definition: QueueDefinition): Promise<void>
  /** Sends in the caller's transaction: the job exists if and only if the transaction commits. */
  send(tx: Transaction, queue: string, data: object, options?: JobOptions): Promise<string>
  work(queue: string, handler: (job: Job) => Promise<void>, options?: { concurrency?: number }): Promise<void>
  /** Runs a job of `queue` on a cron schedule (UTC), once among all replicas. */
  schedule(queue: string, cron: string): Promise<void>
  start(): Promise<void>
  stop(deadlineMs: number): Promise<void>
}
