import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock/index.ts'
import type { RateLimiter } from './index.ts'

interface Window {
  taken: number
  readonly endsAt: number
}

/** Keys beyond this push out the least recently seen: an attacker with many addresses cannot fill the memory. */
const maxKeys = 100_000

/** Counts in windows that begin with the first take of a key. Bounded, which RateLimiterMemory is not. */
export function createMemoryRateLimiter({ clock }: { clock: Clock }): RateLimiter {
  const windows = new LRUCache<string, Window>({ max: maxKeys })
  return {
    async take(key, { points, windowMs }) {
      const now = clock.now()
      const id = `${points}:${windowMs}:${key}`
      let window = windows.get(id)
      if (window === undefined || window.endsAt <= now) {
        window = { taken: 0, endsAt: now + windowMs }
        windows.set(id, window)
      }
      window.taken += 1
      const allowed = window.taken <= points
      return {
        allowed,
        remaining: Math.max(0, points - window.taken),
        retryAfterMs: allowed ? 0 : window.endsAt - now,
      }
    },
    async close() {
      windows.clear()
    },
  }
}
