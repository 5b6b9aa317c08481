import type { ServerResponse } from 'node:http'
import type { FailureClassName } from '@akashic/proto'
import type { Refusal, Refused } from '../attempt/ask.ts'
import { nameOf } from '../routing/candidates.ts'

/** An error as OpenAI-compatible APIs tell it, so that their SDKs understand it.
 *  @see https://platform.openai.com/docs/guides/error-codes */
export interface ProxyError {
  readonly status: number
  readonly type: string
  readonly code: string | null
  readonly message: string
  /** In milliseconds. */
  readonly retryAfterMs?: number | null
  /** Whether clients should try again by themselves, as their SDKs do. */
  readonly isRetryOfUse?: boolean
}

const statusOfClass: Readonly<Record<FailureClassName, number>> = {
  rate_limit_exceeded: 429,
  quota_exhausted: 503,
  bad_credentials: 503,
  model_unavailable: 404,
  invalid_request: 400,
  api_connection_failed: 502,
  overloaded: 503,
  invalid_response: 502,
}

/** What a caller is told when nobody answered. The first choice's failure is the one that counts. */
export function errorOfRefused({ refusals, retryAfterMs, attempts }: Refused): ProxyError {
  const first = refusals[0]
  const told = refusals.map((refusal) => `${nameOf(refusal.candidate)}: ${refusal.reason}`).join('; ')
  const message = `No AI provider answered after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} (${told}).`
  const isAllCooling = refusals.every(({ reason }) => reason === 'rate_limit_exceeded' || reason === 'slow_down')
  const status = isAllCooling ? 429 : first ? statusOf(first) : 503
  const code = first?.reason ?? 'no_provider'
  return { status, type: typeOf(status), code, message, retryAfterMs, isRetryOfUse: retryAfterMs !== null }
}

function statusOf({ reason }: Refusal): number {
  return statusOfClass[reason as FailureClassName] ?? 503
}

const typeOf = (status: number): string =>
  status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error'

/** Sends an error. Headers that were set before stay. */
export function sendError(response: ServerResponse, error: ProxyError): void {
  const { status, type, code, message, retryAfterMs, isRetryOfUse } = error
  const body = JSON.stringify({ error: { message, type, param: null, code } })
  if (retryAfterMs !== undefined && retryAfterMs !== null) {
    response.setHeader('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1_000)))
    response.setHeader('retry-after-ms', Math.max(1, Math.ceil(retryAfterMs)))
  }
  if (isRetryOfUse === false) response.setHeader('x-should-retry', 'false')
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
