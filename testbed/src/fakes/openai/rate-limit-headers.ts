import type { ProviderKind } from './options.ts'
import type { Levels } from './rate-limits.ts'

/** What the answers of a provider say of its limits; see docs of each for the names. */
export function rateLimitHeaders(kind: ProviderKind, levels: Levels, now: number): Record<string, string> {
  if (kind === 'self_hosted' || Object.keys(levels).length === 0) return {}
  if (kind === 'anthropic') return anthropicHeaders(levels, now)
  return kind === 'azure' ? azureHeaders(levels) : openaiHeaders(levels)
}

/** Resets are Go durations until the bucket is full. */
function openaiHeaders(levels: Levels): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of ['requests', 'tokens'] as const) {
    const level = levels[name]
    if (!level) continue
    headers[`x-ratelimit-limit-${name}`] = String(level.limit)
    headers[`x-ratelimit-remaining-${name}`] = String(level.remaining)
    headers[`x-ratelimit-reset-${name}`] = goDuration(level.fullInMs)
  }
  return headers
}

/** Resets are whole seconds; a limit that the deployment has not is -1, with 0 as its reset. */
function azureHeaders(levels: Levels): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of ['requests', 'tokens'] as const) {
    const { limit, remaining, fullInMs } = levels[name] ?? { limit: -1, remaining: -1, fullInMs: 0 }
    headers[`x-ratelimit-limit-${name}`] = String(limit)
    headers[`x-ratelimit-remaining-${name}`] = String(remaining)
    headers[`x-ratelimit-reset-${name}`] = String(Math.ceil(fullInMs / 1_000))
  }
  return headers
}

/** Resets are instants of RFC 3339, in whole seconds. */
function anthropicHeaders(levels: Levels, now: number): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, { limit, remaining, fullInMs }] of Object.entries(levels)) {
    headers[`anthropic-ratelimit-${name}-limit`] = String(limit)
    headers[`anthropic-ratelimit-${name}-remaining`] = String(remaining)
    headers[`anthropic-ratelimit-${name}-reset`] = wholeSeconds(now + fullInMs)
  }
  return headers
}

const wholeSeconds = (at: number): string => new Date(Math.ceil(at / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')

/** As Go prints a time.Duration: `0s`, `12ms`, `1.5s`, `6m0s`, `1h0m0s`. */
export function goDuration(ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 1_000) return `${ms}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor(ms / 60_000) % 60
  const seconds = `${(ms % 60_000) / 1_000}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

/** How long to wait before one more such call fits, in the headers of a refusal. Seconds are rounded up, as a client that
 *  comes back early is refused again; OpenAI says it in milliseconds as well. */
export function retryAfterHeaders(kind: ProviderKind, waitMs: number): Record<string, string> {
  if (!Number.isFinite(waitMs)) return {}
  const seconds = { 'retry-after': String(Math.ceil(waitMs / 1_000)) }
  return kind === 'openai' ? { ...seconds, 'retry-after-ms': String(Math.ceil(waitMs)) } : seconds
}
