import type { FailureClassName } from '@akashic/proto'
import type { startFakeOpenAi } from '@akashic/testbed'

type Fault = Parameters<Awaited<ReturnType<typeof startFakeOpenAi>>['script']>[0]

/** A failure of the first choice, how many calls of it that costs before the backup is asked, and how it is called. */
export type FailureCase = readonly [fault: Fault, calls: number, reason: FailureClassName]

export const failureCases: readonly FailureCase[] = [
  ['rate_limit', 4, 'rate_limit_exceeded'],
  ['slow_down', 4, 'rate_limit_exceeded'],
  ['insufficient_quota', 1, 'quota_exhausted'],
  ['payment_required', 1, 'quota_exhausted'],
  ['billing_400', 1, 'quota_exhausted'],
  ['invalid_key', 1, 'bad_credentials'],
  ['forbidden', 1, 'bad_credentials'],
  ['model_not_found', 1, 'model_unavailable'],
  [{ name: 'status', status: 500 }, 4, 'api_connection_failed'],
  [{ name: 'status', status: 502 }, 4, 'api_connection_failed'],
  [{ name: 'status', status: 503 }, 4, 'api_connection_failed'],
  [{ name: 'status', status: 504 }, 4, 'api_connection_failed'],
  ['html_502', 4, 'api_connection_failed'],
  ['overloaded', 4, 'overloaded'],
  ['server_is_overloaded', 4, 'overloaded'],
  ['reset', 4, 'api_connection_failed'],
  ['hang', 4, 'api_connection_failed'],
  [{ name: 'slow_headers', ms: 3_000 }, 4, 'api_connection_failed'],
  ['no_choices', 2, 'invalid_response'],
  ['empty_content', 2, 'invalid_response'],
  ['empty_body', 2, 'invalid_response'],
  ['broken_json', 2, 'invalid_response'],
  ['cut_stream', 2, 'invalid_response'],
  ['huge', 2, 'invalid_response'],
]

/** What is the caller's fault: asked once, and told as it came. */
export const faultsOfCallers = ['context_length_exceeded', 'bad_request'] as const
