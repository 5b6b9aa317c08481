import type { Clock } from '@akashic/shared/clock'
import type { Call } from './call-log.ts'

export type ProviderKind = 'openai' | 'azure' | 'anthropic' | 'self_hosted'

/** What a model says: always the same, or made for each call. */
export type Text = string | ((call: Call) => string)

/** What an account may use in a minute; what is left out is not limited, and no header speaks of it. */
export interface Limits {
  readonly requestsPerMinute?: number
  /** Prompt and completion together. */
  readonly tokensPerMinute?: number
  readonly inputTokensPerMinute?: number
  readonly outputTokensPerMinute?: number
}

export interface Options {
  /** `openai` unless given: which headers, limits and errors it has. */
  readonly kind?: ProviderKind
  /** No key is asked for when it is empty, as self-hosted servers do. */
  readonly apiKey: string
  readonly models: readonly string[]
  readonly limits?: Limits
  readonly text?: Text
  /** From the request to the head of its answer. */
  readonly latencyMs?: number
  /** Between two tokens of a stream. */
  readonly tokenDelayMs?: number
  /** The longest prompt that a model takes, in tokens. */
  readonly contextLength?: number
  /** A second call with the Idempotency-Key of one before gets its answer again, and is not executed. */
  readonly idempotent?: boolean
  /** How many calls are remembered: 10,000 unless given. */
  readonly keepCalls?: number
  /** Serves `/control/...`, by which another process scripts and reads it. */
  readonly control?: boolean
  /** A free one unless given. */
  readonly port?: number
  readonly clock?: Clock
}
