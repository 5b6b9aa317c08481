import type { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Clock } from '../clock/index.ts'
import { connectRedis, type RedisOptions } from '../redis/index.ts'
import { createMemoryRateLimiter } from './memory-rate-limiter.ts'
import type { RateLimit, RateLimiter, RateLimitVerdict } from './index.ts'

/** Counts in Redis, for all replicas together, in windows rounded up to whole seconds; in process while it is away. */
export async function createRedisRateLimiter(options: RedisOptions & { clock: Clock }): Promise<RateLimiter> {
  const redis = await connectRedis(options)
  const { RateLimiterRedis } = await import('rate-limiter-flexible')
  const insurance = createMemoryRateLimiter(options)
  const limiters = new Map<string, RateLimiterRedis>()

  const limiterFor = ({ points, windowMs }: RateLimit): RateLimiterRedis => {
    const name = `${points}:${windowMs}`
    const present = limiters.get(name)
    if (present !== undefined) return present
    const limiter = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `akashic:limit:${name}`,
      points,
      duration: Math.ceil(windowMs / 1_000),
      rejectIfRedisNotReady: true,
    })
    limiters.set(name, limiter)
    return limiter
  }

  return {
    async take(key, limit) {
      try {
        return verdictOf(await limiterFor(limit).consume(key), true)
      } catch (refusal) {
        return refusal instanceof Error ? insurance.take(key, limit) : verdictOf(refusal as RateLimiterRes, false)
      }
    },
    async close() {
      redis.disconnect()
      await insurance.close()
    },
  }
}

function verdictOf(result: RateLimiterRes, allowed: boolean): RateLimitVerdict {
  return { allowed, remaining: result.remainingPoints, retryAfterMs: allowed ? 0 : result.msBeforeNext }
}
