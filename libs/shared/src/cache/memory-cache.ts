import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock/index.ts'
import type { Cache } from './index.ts'

export interface MemoryCacheOptions {
  /** Bound of keys and values together; the least recently used make room. */
  readonly maxBytes: number
  readonly clock: Clock
}

/** What an entry takes besides its key and value. */
const entryOverheadBytes = 200

/** A cache within the process. A value larger than the whole cache is not kept. */
export function createMemoryCache({ maxBytes, clock }: MemoryCacheOptions): Cache {
  const entries = new LRUCache<string, Buffer>({
    maxSize: maxBytes,
    sizeCalculation: (value, key) => value.length + key.length + entryOverheadBytes,
    perf: clock,
    ttlResolution: 0,
  })
  return {
    async get(key) {
      return entries.get(key) ?? null
    },
    async set(key, value, ttlMs) {
      entries.set(key, Buffer.from(value), { ttl: Math.max(1, ttlMs) })
    },
    async delete(key) {
      entries.delete(key)
    },
    async close() {
      entries.clear()
    },
  }
}
