import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { networkOf } from '@akashic/shared/http'
import type { Principal } from '@akashic/shared/identity'
import type { Database } from '@akashic/shared/postgres'
import type { RateLimiter } from '@akashic/shared/rate-limit'
import { LRUCache } from 'lru-cache'
import { hashOfKey, keyState } from './api-key.ts'
import type { ApiKey } from './api-key.ts'
import { keyStore } from './store.ts'

/** How long an answer of the database is believed, so that a revoked key is refused everywhere within 5 s. */
const believedMs = 2_000

export interface AuthenticateDeps {
  readonly db: Database
  readonly clock: Clock
  readonly monotonicMs: () => number
  readonly rateLimiter: RateLimiter
  readonly failuresPerMinute: () => number
}

/** Finds out who presents an Authorization header.
 *  @throws OpsError unauthenticated; resource_exhausted once an address has tried too many bad keys; unavailable without a database. */
export function createAuthenticator(deps: AuthenticateDeps) {
  const known = new LRUCache<string, { readonly key: ApiKey | null; readonly atMs: number }>({ max: 10_000 })
  const shutOutUntilMs = new LRUCache<string, number>({ max: 100_000 })
  const { db, clock, monotonicMs } = deps

  const lookUp = async (text: string, address: string): Promise<ApiKey | null> => {
    const hash = hashOfKey(text)
    const id = hash.toString('base64')
    const remembered = known.get(id)
    if (remembered && monotonicMs() - remembered.atMs < believedMs) return remembered.key
    // A key that was good a moment ago may come from behind the same address as somebody's guesses.
    if (!remembered?.key) refuseShutOut((shutOutUntilMs.get(address) ?? 0) - monotonicMs())
    const atMs = monotonicMs()
    const key = await keyStore.findByHash(db, hash)
    known.set(id, { key, atMs })
    return key
  }

  return async (authorization: string | undefined, from: string): Promise<Principal> => {
    const address = networkOf(from)
    const text = /^Bearer (ak_[A-Za-z0-9_-]{20,100})$/i.exec(authorization ?? '')?.[1]
    const key = text === undefined ? null : await lookUp(text, address)
    if (key && keyState(key, clock.now()) === 'active') return principalOf(key)
    if (authorization !== undefined) {
      const limit = { points: deps.failuresPerMinute(), windowMs: 60_000 }
      const { allowed, retryAfterMs } = await deps.rateLimiter.take(`failed-key:${address}`, limit)
      if (!allowed) shutOutUntilMs.set(address, monotonicMs() + retryAfterMs)
      if (!allowed) refuseShutOut(retryAfterMs)
    }
    throw new OpsError('unauthenticated', sentenceFor(authorization, key, clock.now()))
  }
}

function refuseShutOut(retryAfterMs: number): void {
  if (retryAfterMs <= 0) return
  throw new OpsError('resource_exhausted', 'Too many bad keys came from your address. Try again later.', {
    extra: { retryAfterMs },
  })
}

function sentenceFor(authorization: string | undefined, key: ApiKey | null, nowMs: number): string {
  if (authorization === undefined) return 'This needs a key: send the header Authorization: Bearer ak_...'
  return key ? `Your key is ${keyState(key, nowMs)}.` : 'Your key is not one that this server knows.'
}

function principalOf(key: ApiKey): Principal {
  const { principalId: id, principalName: name, principalKind: kind, role, scope } = key
  return { id, name, kind, role, ...(scope === null ? {} : { scope }) }
}
