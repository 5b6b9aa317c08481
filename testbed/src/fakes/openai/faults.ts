import type { ApiError } from './api-error.ts'
import type { ProviderKind, Text } from './options.ts'

const error = (status: number, type: string, code: string | null, message: string): ApiError => ({
  ...{ status, type, code, message },
})

/** What is refused with an error of the API. */
export const refusals = {
  rate_limit: error(429, 'requests', 'rate_limit_exceeded', 'Rate limit reached.'),
  slow_down: error(429, 'requests', 'slow_down', 'Requests grew too fast. Slow down.'),
  insufficient_quota: error(429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota.'),
  // As DeepSeek says it: neither type nor code tell of money.
  payment_required: error(402, 'unknown_error', 'invalid_request_error', 'Insufficient Balance'),
  billing_400: error(
    400,
    'invalid_request_error',
    'billing_hard_limit_reached',
    'Billing hard limit has been reached.',
  ),
  invalid_key: error(401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided: <key>.'),
  forbidden: error(
    403,
    'request_forbidden',
    'unsupported_country_region_territory',
    'Country or region not supported.',
  ),
  model_not_found: error(404, 'invalid_request_error', 'model_not_found', 'The model does not exist.'),
  context_length_exceeded: {
    ...error(400, 'invalid_request_error', 'context_length_exceeded', 'The messages are longer than the context.'),
    param: 'messages',
  },
  bad_request: { ...error(400, 'invalid_request_error', null, 'Invalid value for messages.'), param: 'messages' },
  overloaded: error(529, 'overloaded_error', null, 'Overloaded'),
  server_is_overloaded: error(503, 'service_unavailable_error', 'server_is_overloaded', 'The servers are overloaded.'),
} as const satisfies Record<string, ApiError>

/** How Anthropic tells of money. */
const anthropicsOwn = {
  billing_400: { ...refusals.billing_400, message: 'Your credit balance is too low to access the API.' },
  payment_required: error(402, 'billing_error', null, 'There is an issue with your billing or payment information.'),
} as const

export type RefusalName = keyof typeof refusals

/** What a refusal says of waiting: seconds, an HTTP date at the given instant, the header in milliseconds alone, or
 *  whatever text in Retry-After. */
export type RetryAfter =
  { readonly seconds: number } | { readonly at: string } | { readonly ms: number } | { readonly text: string }

type Cut = 'stalled_stream' | 'cut_stream' | 'ends_without_done' | 'error_in_stream'
type Simple = 'html_502' | 'no_choices' | 'empty_content' | 'empty_stream' | 'empty_body' | 'broken_json' | 'broken_sse'

export type FaultSpec =
  | { readonly name: RefusalName; readonly retryAfter?: RetryAfter }
  | { readonly name: 'status'; readonly status: number; readonly retryAfter?: RetryAfter }
  /** Nothing is answered. The work is done all the same when it `executes`. */
  | { readonly name: 'reset' | 'hang'; readonly executes?: boolean }
  | { readonly name: 'slow_headers' | 'slow_first_token'; readonly ms: number }
  /** Goes wrong after so many tokens, 3 unless given; in an answer that is no stream, after half of it. */
  | { readonly name: Cut; readonly afterTokens?: number }
  /** 10 MB unless given. */
  | { readonly name: 'huge' | 'huge_stream_line'; readonly bytes?: number }
  | { readonly name: Simple }
  /** Answers well, but says this. */
  | { readonly name: 'text'; readonly text: Text }

export type FaultName = FaultSpec['name']

/** How a call goes wrong; by name alone where nothing has to be said. */
export type Fault = Exclude<FaultName, 'status' | 'slow_headers' | 'slow_first_token' | 'text'> | FaultSpec

export const specOf = (fault: Fault): FaultSpec => (typeof fault === 'string' ? ({ name: fault } as FaultSpec) : fault)

/** The error that a fault is answered with; undefined when it is none. */
export function refusalOf(kind: ProviderKind, fault: FaultSpec): ApiError | undefined {
  if (fault.name === 'status') return statusError(fault.status)
  if (kind === 'anthropic' && fault.name in anthropicsOwn)
    return anthropicsOwn[fault.name as keyof typeof anthropicsOwn]
  return fault.name in refusals ? refusals[fault.name as RefusalName] : undefined
}

function statusError(status: number): ApiError {
  if (status === 529) return refusals.overloaded
  return error(
    status,
    status >= 500 ? 'server_error' : 'invalid_request_error',
    null,
    `Answered with status ${status}.`,
  )
}

export function retryAfterOf(fault: FaultSpec): Record<string, string> {
  const retryAfter = 'retryAfter' in fault ? fault.retryAfter : undefined
  if (!retryAfter) return {}
  if ('seconds' in retryAfter) return { 'retry-after': String(retryAfter.seconds) }
  if ('at' in retryAfter) return { 'retry-after': new Date(retryAfter.at).toUTCString() }
  if ('ms' in retryAfter) return { 'retry-after-ms': String(retryAfter.ms) }
  return { 'retry-after': retryAfter.text }
}
