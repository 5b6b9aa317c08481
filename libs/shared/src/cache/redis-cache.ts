import { connectRedis, type RedisOptions } from '../redis/index.ts'
import type { Cache } from './index.ts'

const keyPrefix = 'akashic:cache:'

/** A cache that replicas share. While Redis is away every read is a miss and every write is dropped. */
export async function createRedisCache(options: RedisOptions): Promise<Cache> {
  const redis = await connectRedis(options)
  return {
    get: (key) => redis.getBuffer(keyPrefix + key).catch(() => null),
    async set(key, value, ttlMs) {
      await redis.set(keyPrefix + key, value, 'PX', Math.max(1, Math.round(ttlMs))).catch(() => null)
    },
    async delete(key) {
      await redis.del(keyPrefix + key).catch(() => null)
    },
    async close() {
      redis.disconnect()
    },
  }
}
