import { randomBytes } from 'node:crypto'
import { systemClock } from '@akashic/shared/clock'
import type { Clock } from '@akashic/shared/clock'
import { rateLimited } from './api-error.ts'
import type { ApiError } from './api-error.ts'
import { CallLog } from './call-log.ts'
import type { Completion } from './completion.ts'
import type { Exchange } from './exchange.ts'
import type { Options, ProviderKind, Text } from './options.ts'
import { retryAfterHeaders } from './rate-limit-headers.ts'
import { RateLimits } from './rate-limits.ts'
import type { Cost } from './rate-limits.ts'
import { Script } from './script.ts'

/** What comes of a call: an error, a document, or a completion to be streamed. */
export type Outcome =
  | { readonly error: ApiError; readonly headers?: Record<string, string> }
  | { readonly value: object }
  | { readonly completion: Completion; readonly includeUsage: boolean }

/** All that the fake knows. */
export interface Provider {
  readonly kind: ProviderKind
  readonly apiKey: string
  readonly models: ReadonlySet<string>
  readonly contextLength: number
  readonly latencyMs: number
  readonly tokenDelayMs: number
  readonly text: Text | undefined
  readonly isIdempotent: boolean
  /** By Idempotency-Key. */
  readonly answers: { readonly chat: Map<string, Completion>; readonly embeddings: Map<string, object> }
  readonly limits: RateLimits
  readonly clock: Clock
  readonly script: Script
  readonly log: CallLog
  readonly nextId: (prefix: string) => string
  /** What is being answered. */
  readonly open: Set<Exchange>
}

const keepCalls = 10_000

export function makeProvider(options: Options): Provider {
  const { kind = 'openai', clock = systemClock } = options
  const run = randomBytes(8).toString('hex')
  let ids = 0
  return {
    kind,
    apiKey: options.apiKey,
    models: new Set(options.models),
    contextLength: options.contextLength ?? Infinity,
    latencyMs: options.latencyMs ?? 0,
    tokenDelayMs: options.tokenDelayMs ?? 0,
    text: options.text,
    isIdempotent: options.idempotent ?? false,
    answers: { chat: new Map(), embeddings: new Map() },
    limits: new RateLimits(kind, options.limits ?? {}, clock.now()),
    clock,
    script: new Script(),
    log: new CallLog(options.keepCalls ?? keepCalls),
    nextId: (prefix) => `${prefix}${run}${(++ids).toString(36).padStart(8, '0')}`,
    open: new Set(),
  }
}

/** Takes what a call costs from the limits.
 *  @returns the refusal when it does not fit, with how long to wait. */
export function admit({ kind, limits }: Provider, model: string, cost: Cost, now: number): Outcome | undefined {
  const shortage = limits.take(cost, now)
  if (!shortage) return undefined
  return { error: rateLimited(model, shortage), headers: retryAfterHeaders(kind, shortage.waitMs) }
}
