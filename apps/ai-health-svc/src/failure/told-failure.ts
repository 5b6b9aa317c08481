import type { AiSettings, VirtualKey } from '@akashic/config'
import { aiNames, type FailureClassName } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { readAiRequest, type AiRequest, type Endpoint } from '../routing/ai-request.ts'
import { candidatesFor, type Candidate } from '../routing/candidates.ts'
import { classifyAnswer } from '../upstream/classify-answer.ts'
import { failureWords, type Failure } from './failure.ts'
import { retryAfterOf } from './retry-after.ts'

/** What a caller tells of a request that failed. */
export interface ToldFailure {
  /** The guide's word for it; one that is not known is handled as a failed connection. */
  readonly type: string
  readonly retryCount: number
  readonly originalRequest: string
  readonly endpoint: Endpoint | null
  /** Empty: the first choice. */
  readonly provider: string
  /** JSON of what the provider answered; empty where the caller does not have it. */
  readonly error: string
  readonly retryAfter: string
  /** Name of a virtual key; empty: none, and nothing is queued. */
  readonly key: string
  readonly idempotencyKey: string
  readonly timeoutMs: number
}

export interface ReadToldDeps {
  readonly settings: () => AiSettings
  readonly keyNamed: (name: string) => VirtualKey | undefined
}

export interface ReadFailure {
  /** Null where none was named. */
  readonly key: VirtualKey | null
  readonly request: AiRequest
  readonly candidates: readonly Candidate[]
  readonly failed: Candidate
}

/** Finds out which request it is, whose, and who may answer it.
 *  @throws OpsError invalid_argument with the field that is wrong. */
export function readTold({ settings, keyNamed }: ReadToldDeps, told: ToldFailure): ReadFailure {
  if (told.retryAfter !== '' && retryAfterOf({ 'retry-after': told.retryAfter }, 0) === null) {
    throw badField('/error/retryAfter', 'must be seconds or an HTTP date')
  }
  const key = told.key === '' ? null : keyNamed(told.key)
  if (key === undefined) throw badField('/key', `there is no virtual key ${told.key}`)
  const headers: Record<string, string> = told.idempotencyKey === '' ? {} : { 'idempotency-key': told.idempotencyKey }
  const request = withoutStream(readOriginal(told, headers))
  const candidates = candidatesFor(settings().providers, request, key?.allowedProviders)
  if (candidates.length === 0) {
    throw badField(
      '/originalRequest/model',
      `no provider that may be asked serves ${request.model} for ${request.endpoint}`,
    )
  }
  const failed =
    told.provider === '' ? candidates[0] : candidates.find(({ provider }) => provider.name === told.provider)
  if (!failed) throw badField('/provider', `${told.provider} does not serve ${request.model}, or may not be asked`)
  return { key, request, candidates, failed }
}

function readOriginal(told: ToldFailure, headers: Readonly<Record<string, string>>): AiRequest {
  try {
    const endpoint = told.endpoint ?? endpointOf(told.originalRequest)
    return readAiRequest(endpoint, Buffer.from(told.originalRequest), headers)
  } catch (error) {
    throw badField('/originalRequest', error instanceof Error ? error.message : 'cannot be read')
  }
}

/** By what is asked: messages are for a chat, and what else there is for vectors. */
function endpointOf(originalRequest: string): Endpoint {
  const fields = parsed(originalRequest)
  return fields !== null && 'input' in fields && !('messages' in fields) ? 'embeddings' : 'chat'
}

const badField = (pointer: string, detail: string) =>
  new OpsError('invalid_argument', `The failure cannot be handled: ${detail}.`, { fields: [{ pointer, detail }] })

/** Who asks here gets the answer in one piece. */
function withoutStream(request: AiRequest): AiRequest {
  if (!request.isStream) return request
  const { stream: _stream, stream_options: _options, ...fields } = request.fields
  return { ...request, fields, isStream: false, body: Buffer.from(JSON.stringify(fields)) }
}

/** The caller's word for the failure, unless what the provider answered says it better. */
export function failureOf({ type, error, retryAfter }: ToldFailure, nowMs: number): Failure {
  const retryAfterMs = retryAfterOf({ 'retry-after': retryAfter }, nowMs)
  const body = parsed(error)
  const given = aiNames.failureClasses.find((name) => name === type)
  const status = typeof body?.['status'] === 'number' ? body['status'] : null
  const isTold = status !== null || typeof body?.['code'] === 'string' || typeof body?.['type'] === 'string'
  if (isTold) {
    const answer = {
      status: status ?? statusWithout(given),
      headers: {},
      body: Buffer.from(JSON.stringify({ error: body })),
    }
    const { answer: _answer, ...failure } = classifyAnswer(answer, nowMs)
    return {
      ...failure,
      class: status === null && failure.code === null ? (given ?? failure.class) : failure.class,
      retryAfterMs,
    }
  }
  const failureClass = given ?? 'api_connection_failed'
  return { class: failureClass, message: failureWords[failureClass], code: null, status: null, retryAfterMs }
}

/** What the class that the caller names would have as its status, for answers that name neither code nor type that is known. */
function statusWithout(given: FailureClassName | undefined): number {
  if (given === undefined) return 500
  const statuses = {
    rate_limit_exceeded: 429,
    quota_exhausted: 402,
    bad_credentials: 401,
    model_unavailable: 404,
  } as const
  const more = { invalid_request: 400, api_connection_failed: 500, overloaded: 529, invalid_response: 200 } as const
  return { ...statuses, ...more }[given]
}

function parsed(json: string): Record<string, unknown> | null {
  if (json === '') return null
  const value = JSON.parse(json) as unknown
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
}
