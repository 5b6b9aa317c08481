import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { describeReal, eventually, startRedis, type RedisServer } from '@akashic/testbed'
import { FakeClock, systemClock } from '../clock/index.ts'
import { cacheContract } from './cache-contract.ts'
import { createMemoryCache, createRedisCache, type Cache } from './index.ts'

const log = pino({ level: 'silent' })

describe('the memory cache', () => {
  cacheContract(async () => {
    const clock = new FakeClock()
    return { cache: createMemoryCache({ maxBytes: 1_000_000, clock }), passTime: async (ms) => clock.advance(ms) }
  })

  test('makes room by dropping what was used least recently', async () => {
    const cache = createMemoryCache({ maxBytes: 10_000, clock: systemClock })
    const kilobytes = (count: number): Buffer => Buffer.alloc(count * 1_000)
    await cache.set('first', kilobytes(4), 60_000)
    await cache.set('second', kilobytes(4), 60_000)
    await cache.get('first')
    await cache.set('third', kilobytes(4), 60_000)
    expect([await cache.get('first'), await cache.get('second'), await cache.get('third')]).toEqual([
      kilobytes(4),
      null,
      kilobytes(4),
    ])
  })

  test('does not keep a value larger than itself', async () => {
    const cache = createMemoryCache({ maxBytes: 1_000, clock: systemClock })
    await cache.set('large', Buffer.alloc(2_000), 60_000)
    expect(await cache.get('large')).toBeNull()
  })
})

describeReal('redis', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  const connected = async (): Promise<Cache> => {
    const cache = await createRedisCache({ url: redis.url, log })
    await eventually(async () => {
      await cache.set('ping', 'pong', 1_000)
      expect(await cache.get('ping')).not.toBeNull()
    })
    return cache
  }

  describe('the Redis cache', () => {
    cacheContract(async () => ({ cache: await connected(), passTime: (ms) => pause(ms) }))

    test('is shared by all that use the same Redis', async () => {
      const [one, other] = [await connected(), await connected()]
      await one.set('shared', 'x', 60_000)
      expect((await other.get('shared'))?.toString()).toBe('x')
      await Promise.all([one.close(), other.close()])
    })

    test('misses while Redis does not answer, and hits again when it does', async () => {
      const cache = await connected()
      await cache.set('kept', 'x', 60_000)
      redis.pause()
      const startedAt = performance.now()
      expect(await cache.get('kept')).toBeNull()
      await cache.set('dropped', 'x', 60_000)
      expect(performance.now() - startedAt).toBeLessThan(3 * 1_000)
      redis.resume()
      await eventually(async () => expect((await cache.get('kept'))?.toString()).toBe('x'), 15_000)
      await cache.close()
    })

    test('comes back to a Redis that was restarted', async () => {
      const cache = await connected()
      await redis.stop()
      expect(await cache.get('kept')).toBeNull()
      await redis.start()
      await eventually(async () => {
        await cache.set('again', 'x', 60_000)
        expect(await cache.get('again')).not.toBeNull()
      }, 15_000)
      await cache.close()
    })

    test('misses without an error when there is no Redis', async () => {
      const cache = await createRedisCache({ url: 'redis://127.0.0.1:1', log })
      await cache.set('a', 'x', 60_000)
      await cache.delete('a')
      expect(await cache.get('a')).toBeNull()
      await cache.close()
    })
  })
})
