import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Clock } from '../clock/index.ts'
import type { Database } from '../postgres/index.ts'
import type { EventBus } from '../events/index.ts'
import type { Cache } from '../cache/index.ts'
import type { Queue } from '../queue/index.ts'
import type { RateLimiter } from '../rate-limit/index.ts'
import type { RpcClients, RpcServer } from '../rpc/index.ts'

/** Whether a module can do its work now. `reason` is for operators. */
export interface Health {
  readonly state: 'serving' | 'degraded' | 'not_serving'
  readonly reason?: string
}

/** One service, started and stopped by the process that holds it. */
export interface Module {
  readonly name: string
  start(): Promise<void>
  /** Stops taking work and finishes what is in flight; gives up after `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>
  health(): Health
}

/** Everything a module gets from outside. */
export interface Platform {
  /** Identifies this process among its replicas. */
  readonly replicaId: string
  readonly clock: Clock
  /** Milliseconds of a clock that never jumps, for durations. */
  readonly monotonicMs: () => number
  readonly random: () => number
  readonly log: Logger
  readonly metrics: Registry
  readonly db: Database
  /** Connection string of the same database, for what needs connections of its own. Never logged. */
  readonly databaseUrl: string
  readonly cache: Cache
  readonly rateLimiter: RateLimiter
  readonly queue: Queue
  readonly events: EventBus
  readonly rpcServer: RpcServer
  readonly rpcClients: RpcClients
  /** A folder for what must outlive the process and is not in Postgres. */
  readonly dataDir: string
}
