import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { describeReal, eventually, startRedis, type RedisServer } from '@akashic/testbed'
import { FakeClock, systemClock } from '../clock/index.ts'
import { uuidv7 } from '../ids/index.ts'
import { connectRedis } from '../redis/index.ts'
import { rateLimiterContract } from './rate-limiter-contract.ts'
import { createMemoryRateLimiter, createRedisRateLimiter, type RateLimiter } from './index.ts'

const log = pino({ level: 'silent' })
const limit = { points: 2, windowMs: 60_000 }

describe('the memory rate limiter', () => {
  rateLimiterContract(async () => {
    const clock = new FakeClock()
    return { limiter: createMemoryRateLimiter({ clock }), passTime: async (ms) => clock.advance(ms) }
  })
})

describeReal('redis', () => {
  let redis: RedisServer
  let admin: Awaited<ReturnType<typeof connectRedis>>
  beforeAll(async () => {
    redis = await startRedis()
    admin = await connectRedis({ url: redis.url, log })
    await eventually(() => admin.ping())
  })
  afterAll(async () => {
    admin.disconnect()
    await redis.stop()
  })
  beforeEach(() => admin.flushall())

  /** Connected when what it counts is seen in Redis. */
  const connected = async (): Promise<RateLimiter> => {
    const limiter = await createRedisRateLimiter({ url: redis.url, log, clock: systemClock })
    const probe = uuidv7()
    await eventually(async () => {
      await limiter.take(probe, { points: 1_000, windowMs: 60_000 })
      expect(await admin.keys(`*${probe}`)).toHaveLength(1)
    })
    return limiter
  }

  describe('the Redis rate limiter', () => {
    rateLimiterContract(async () => ({ limiter: await connected(), passTime: (ms) => pause(ms) }))

    test('counts for all replicas together', async () => {
      const [one, other] = [await connected(), await connected()]
      await one.take('a', limit)
      await other.take('a', limit)
      expect((await one.take('a', limit)).allowed).toBe(false)
      await Promise.all([one.close(), other.close()])
    })

    test('counts in process while there is no Redis', async () => {
      const limiter = await createRedisRateLimiter({ url: 'redis://127.0.0.1:1', log, clock: systemClock })
      const verdicts = []
      for (let take = 0; take < 3; take += 1) verdicts.push(await limiter.take('a', limit))
      expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, false])
      await limiter.close()
    })

    test('decides within a second when Redis does not answer', async () => {
      const limiter = await connected()
      redis.pause()
      const startedAt = performance.now()
      const verdict = await limiter.take('a', limit)
      expect(performance.now() - startedAt).toBeLessThan(3 * 1_000)
      expect(verdict).toMatchObject({ allowed: true, remaining: 1 })
      redis.resume()
      await limiter.close()
    })
  })
})
