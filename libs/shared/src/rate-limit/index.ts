export interface RateLimit {
  readonly points: number
  readonly windowMs: number
}

export interface RateLimitVerdict {
  readonly allowed: boolean
  readonly remaining: number
  readonly retryAfterMs: number
}

/** Counts `key` against `limit`. When the shared driver is down it counts in process instead. */
export interface RateLimiter {
  take(key: string, limit: RateLimit): Promise<RateLimitVerdict>
  close(): Promise<void>
}

export { createMemoryRateLimiter } from './memory-rate-limiter.ts'
export { createRedisRateLimiter } from './redis-rate-limiter.ts'
