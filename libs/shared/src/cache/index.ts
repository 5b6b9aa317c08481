/** Shared, bounded, best effort: a miss is always possible, and a broken cache is a miss, never an error. */
export interface Cache {
  get(key: string): Promise<Buffer | null>
  set(key: string, value: Buffer | string, ttlMs: number): Promise<void>
  delete(key: string): Promise<void>
  close(): Promise<void>
}

export { createMemoryCache } from './memory-cache.ts'
export type { MemoryCacheOptions } from './memory-cache.ts'
export { createRedisCache } from './redis-cache.ts'
