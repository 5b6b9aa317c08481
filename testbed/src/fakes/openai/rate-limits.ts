import type { Limits, ProviderKind } from './options.ts'
import { fixedWindow, tokenBucket } from './token-bucket.ts'
import type { Bucket, Level } from './token-bucket.ts'

export type Dimension = 'requests' | 'tokens' | 'input-tokens' | 'output-tokens'
export type Levels = Partial<Record<Dimension, Level>>
/** What a call uses: one request, and its tokens. */
export interface Cost {
  readonly inputTokens: number
  readonly outputTokens: number
}

/** Why a call does not fit now. */
export interface Shortage {
  readonly dimension: Dimension
  readonly requested: number
  readonly level: Level
  /** How long until the call fits in every bucket; Infinity when it is larger than one of them. */
  readonly waitMs: number
}

/** The buckets of an account. All its models share them. */
export class RateLimits {
  readonly #buckets: [Dimension, Bucket][]

  constructor(kind: ProviderKind, limits: Limits, now: number) {
    const bucket = (limit: number): Bucket => (kind === 'azure' ? fixedWindow(limit) : tokenBucket(limit, now))
    const given: [Dimension, number | undefined][] = [
      ['requests', limits.requestsPerMinute],
      ['tokens', limits.tokensPerMinute],
      ['input-tokens', limits.inputTokensPerMinute],
      ['output-tokens', limits.outputTokensPerMinute],
    ]
    this.#buckets = given.flatMap(([dimension, limit]) => (limit === undefined ? [] : [[dimension, bucket(limit)]]))
  }

  /** Takes what a call uses from every bucket, or nothing from any when it does not fit in all of them. */
  take(cost: Cost, now: number): Shortage | undefined {
    let shortage: Shortage | undefined
    for (const [dimension, bucket] of this.#buckets) {
      const requested = amount(dimension, cost)
      const waitMs = bucket.waitMs(requested, now)
      if (waitMs <= (shortage?.waitMs ?? 0)) continue
      shortage = { dimension, requested, level: bucket.level(now), waitMs }
    }
    if (shortage) return shortage
    for (const [dimension, bucket] of this.#buckets) bucket.take(amount(dimension, cost), now)
    return undefined
  }

  levels(now: number): Levels {
    const levels: Levels = {}
    for (const [dimension, bucket] of this.#buckets) levels[dimension] = bucket.level(now)
    return levels
  }
}

function amount(dimension: Dimension, { inputTokens, outputTokens }: Cost): number {
  if (dimension === 'requests') return 1
  if (dimension === 'input-tokens') return inputTokens
  if (dimension === 'output-tokens') return outputTokens
  return inputTokens + outputTokens
}
