import { ruleOf, type Failure } from './failure.ts'

const longestMs = 60_000

/** Longest backoff after `retryCount` retries, in milliseconds: 2^n seconds, a minute at most. */
export function longestBackoffMs(retryCount: number): number {
  return Math.min(2 ** Math.min(retryCount, 30) * 1_000, longestMs)
}

/** How long to wait before the next attempt, in milliseconds: full jitter up to the longest backoff, above what Retry-After
 *  demands. `random` is in [0, 1).
 *  @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
export function backoffMs(
  retryCount: number,
  failure: Pick<Failure, 'class' | 'retryAfterMs'>,
  random: number,
): number {
  const patience = ruleOf(failure.class).patience
  const jittered = random * Math.min(longestBackoffMs(retryCount) * patience, longestMs)
  return Math.round((failure.retryAfterMs ?? 0) + jittered)
}
