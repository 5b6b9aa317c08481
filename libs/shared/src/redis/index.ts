import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { withoutCredentials } from '../log/index.ts'

export interface RedisOptions {
  readonly url: string
  readonly log: Logger
}

/** A connection for what may be missing: nothing waits in a queue while Redis is away, each command is given up after
 *  500 ms, and a connection that went silent is replaced. The driver is loaded only when this is called. */
export async function connectRedis({ url, log }: RedisOptions): Promise<Redis> {
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, {
    connectTimeout: 2_000,
    commandTimeout: 500,
    socketTimeout: 2_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => reconnectDelayMs(attempt, Math.random()),
  })
  logChanges(redis, url, log)
  return redis
}

/** Doubles from 100 ms to 5 s; `random` in [0, 1) takes away up to half, so that replicas do not come back at once. */
export function reconnectDelayMs(attempt: number, random: number): number {
  const full = Math.min(5_000, 50 * 2 ** Math.min(attempt, 10))
  return full - (full / 2) * random
}

/** One line when Redis goes away and one when it is back, however many attempts lie between. */
function logChanges(redis: Redis, url: string, log: Logger): void {
  const target = withoutCredentials(url)
  let isAway = false
  redis.on('ready', () => {
    if (isAway) log.info({ target }, 'Redis is back')
    isAway = false
  })
  redis.on('error', (err: Error) => {
    if (!isAway) log.warn({ target, err }, 'Redis is away: going on without it')
    isAway = true
  })
}
