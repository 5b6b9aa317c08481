import { OpsError } from '@akashic/shared/errors'
import { networkOf } from '@akashic/shared/http'
import type { RateLimiter } from '@akashic/shared/rate-limit'

/** Limits what one address may ask without a key. `/status` itself is not counted: sending its bytes costs no more than a refusal. */
export function createPublicLimit(rateLimiter: RateLimiter, perMinute: () => number) {
  return async (address: string): Promise<void> => {
    const { allowed, retryAfterMs } = await rateLimiter.take(`public:${networkOf(address)}`, {
      points: perMinute(),
      windowMs: 60_000,
    })
    if (allowed) return
    throw new OpsError('resource_exhausted', 'Too many requests came from your address. Try again later.', {
      extra: { retryAfterMs },
    })
  }
}
