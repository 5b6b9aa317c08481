import type { FailureClassName } from '@akashic/proto'
import { failureWords, type Failure } from '../failure/failure.ts'
import { retryAfterOf } from '../failure/retry-after.ts'

/** An answer that is not a success, as it came. */
export interface RefusedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

interface ErrorBody {
  readonly code: string | null
  readonly type: string | null
  /** Some say only in words that money is what lacks. */
  readonly isAboutMoney: boolean
  /** A thing that the request names is not there, as a file: neither its model nor the address. */
  readonly isOfThing: boolean
}

/** Which class a failure has by what the provider names it: the name says more than the status. */
const classOfName: Readonly<Record<string, FailureClassName>> = {
  rate_limit_exceeded: 'rate_limit_exceeded',
  rate_limit_error: 'rate_limit_exceeded',
  slow_down: 'rate_limit_exceeded',
  insufficient_quota: 'quota_exhausted',
  billing_hard_limit_reached: 'quota_exhausted',
  billing_not_active: 'quota_exhausted',
  billing_error: 'quota_exhausted',
  account_deactivated: 'bad_credentials',
  invalid_api_key: 'bad_credentials',
  authentication_error: 'bad_credentials',
  permission_error: 'bad_credentials',
  model_not_found: 'model_unavailable',
  not_found_error: 'model_unavailable',
  deploymentnotfound: 'model_unavailable',
  context_length_exceeded: 'invalid_request',
  overloaded_error: 'overloaded',
  server_is_overloaded: 'overloaded',
}

/** Says what an answer means that is not a success: by the code or type in its body first, then by its status. */
export function classifyAnswer(answer: RefusedAnswer, nowMs: number): Failure {
  const named = readError(answer.body)
  const failureClass = classOf(answer.status, named)
  const code = named?.code ?? named?.type ?? null
  const failure = {
    class: failureClass,
    message: `${failureWords[failureClass]} (status ${answer.status}${code === null ? '' : `, ${code}`})`,
    code,
    status: answer.status,
    retryAfterMs: retryAfterOf(answer.headers, nowMs),
  }
  if (failureClass !== 'invalid_request' && failureClass !== 'model_unavailable') return failure
  return { ...failure, answer: { type: answer.headers['content-type'] ?? 'application/json', body: answer.body } }
}

/** The failure that an error told within a stream means. */
export function classifyError(error: unknown, status: number): Failure {
  const named = errorIn({ error })
  const failureClass = (named && byName(named)) ?? 'api_connection_failed'
  const code = named?.code ?? named?.type ?? null
  const message = `${failureWords[failureClass]} (told within a stream${code === null ? '' : `, ${code}`})`
  return { class: failureClass, message, code, status, retryAfterMs: null }
}

function classOf(status: number, named: ErrorBody | null): FailureClassName {
  const byItsName = named && byName(named)
  if (byItsName) return byItsName
  if (status === 429) return 'rate_limit_exceeded'
  if (status === 402) return 'quota_exhausted'
  if (status === 401 || status === 403) return 'bad_credentials'
  if (status === 404) return named?.isOfThing ? 'invalid_request' : 'model_unavailable'
  if (status === 529) return 'overloaded'
  if (status === 408 || status === 409 || status >= 500) return 'api_connection_failed'
  return status >= 400 ? 'invalid_request' : 'invalid_response'
}

function byName({ code, type, isAboutMoney }: ErrorBody): FailureClassName | undefined {
  if (isAboutMoney) return 'quota_exhausted'
  const names = [code, type].flatMap((name) => (name === null ? [] : [name.toLowerCase()]))
  const known = names.map((name) => classOfName[name]).find((name) => name !== undefined)
  return known ?? (names.some((name) => /billing|quota_exceeded|payment/.test(name)) ? 'quota_exhausted' : undefined)
}

function readError(body: Buffer): ErrorBody | null {
  try {
    return errorIn(JSON.parse(body.toString()) as unknown)
  } catch {
    return null
  }
}

function errorIn(body: unknown): ErrorBody | null {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
  if (typeof error !== 'object' || error === null) return null
  const { code, type, message } = error as Record<string, unknown>
  const isAboutMoney = typeof message === 'string' && /credit balance is too low/i.test(message)
  const isOfThing =
    type === 'invalid_request_error' && typeof message === 'string' && !/\b(?:model|deployment|url)\b/i.test(message)
  return { code: name(code), type: name(type), isAboutMoney, isOfThing }
}

/** Codes are words; anything else may hold what must not be told on. */
const name = (value: unknown): string | null =>
  typeof value === 'string' && /^[A-Za-z][\w.-]{0,63}$/.test(value) ? value : null
