import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AiSettings, VirtualKey } from '@akashic/config'
import type { OpsError } from '@akashic/shared/errors'
import { uuidv7 } from '@akashic/shared/ids'
import { ask, type Answered, type Refused } from '../attempt/ask.ts'
import { settleStream, type AskDeps } from '../attempt/ask-once.ts'
import type { Failure } from '../failure/failure.ts'
import { readAiRequest, type AiRequest, type Endpoint } from '../routing/ai-request.ts'
import { candidatesFor, type Candidate } from '../routing/candidates.ts'
import { CallerLeft, RequestLife, timeoutOf } from './deadline.ts'
import { headersForCaller, headersForProvider } from './passed-headers.ts'
import { errorOfRefused, sendError } from './proxy-error.ts'
import { relayStream } from './relay-stream.ts'

/** What became of a request of the proxy. */
export interface Served {
  readonly id: string
  readonly key: string
  readonly request: AiRequest
  /** Null where nobody answered. */
  readonly candidate: Candidate | null
  readonly answered: Answered | null
  /** Why it failed, be it after the first token; null where it was answered whole, or the caller left. */
  readonly failure: Failure | null
  readonly hasCallerLeft: boolean
  readonly durationMs: number
}

export interface CompleteDeps extends AskDeps {
  readonly settings: () => AiSettings
  readonly onServed: (served: Served) => void
}

/** Answers a request from the first of the providers that can, within the caller's deadline.
 *  @throws OpsError invalid_argument when the request cannot be read. */
export async function complete(
  deps: CompleteDeps,
  endpoint: Endpoint,
  key: VirtualKey,
  body: Buffer,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { proxy, providers } = deps.settings()
  const request = readAiRequest(endpoint, body, headersForProvider(incoming.headers))
  const candidates = candidatesFor(providers, request, key.allowedProviders)
  if (candidates.length === 0) return sendError(response, nobodyFor(request))
  const id = uuidv7(deps.clock.now())
  const startedMs = deps.monotonicMs()
  const life = new RequestLife(deps.clock, timeoutOf(incoming.headers, proxy.deadline))
  response.on('close', () => {
    if (!response.writableEnded) life.callerLeft()
  })
  response.setHeader('x-akashic-request-id', id)
  const served = (rest: Partial<Served>) =>
    deps.onServed({
      ...{ id, key: key.name, request, candidate: null, answered: null, failure: null, hasCallerLeft: false },
      durationMs: deps.monotonicMs() - startedMs,
      ...rest,
    })
  try {
    const { deadlineAtMs, signal } = life
    const result = await ask(deps, request, candidates, { deadlineAtMs, longestWaitMs: proxy.longestWait, signal })
    life.disarm()
    if (result.kind === 'refused') return refuse(result, response, served)
    await answer(deps, result, response, served)
  } catch (error) {
    life.disarm()
    if (!(error instanceof CallerLeft)) throw error
    served({ hasCallerLeft: true })
  }
}

async function answer(
  deps: CompleteDeps,
  answered: Answered,
  response: ServerResponse,
  served: (rest: Partial<Served>) => void,
): Promise<void> {
  const { answer, candidate, attempts, reason, isTrial } = answered
  tellWho(response, candidate, attempts, reason)
  if (answer.kind === 'whole') {
    response.writeHead(200, { ...headersForCaller(answer.headers), 'content-length': answer.body.length })
    response.end(answer.body)
    return served({ candidate, answered })
  }
  response.writeHead(200, headersForCaller(answer.headers))
  const end = await relayStream(deps.clock, answer, response)
  settleStream(deps, candidate, end, isTrial)
  served({
    candidate,
    answered,
    failure: end.kind === 'failed' ? end.failure : null,
    hasCallerLeft: end.kind === 'caller_left',
  })
}

/** What a provider says of our account, and of our key, is not for callers. */
const isPassedOn = (failure: Failure, { refusals }: Refused): boolean =>
  failure.class === 'invalid_request' ||
  (refusals.length === 1 && failure.class !== 'bad_credentials' && failure.class !== 'quota_exhausted')

/** Where the fault is the caller's, it reads what the provider said, as it said it. */
function refuse(refused: Refused, response: ServerResponse, served: (rest: Partial<Served>) => void): void {
  const last = refused.refusals.at(-1)
  const failure = refused.refusals.find((refusal) => refusal.failure)?.failure ?? null
  const told = last?.failure?.answer
  if (last) tellWho(response, last.candidate, refused.attempts, last.reason)
  if (refused.isOutOfTime) sendError(response, outOfTime)
  else if (last?.failure?.status && told && isPassedOn(last.failure, refused)) {
    response.writeHead(last.failure.status, { 'content-type': told.type, 'content-length': told.body.length })
    response.end(told.body)
  } else sendError(response, errorOfRefused(refused))
  served({ failure, candidate: last?.candidate ?? null })
}

function tellWho(response: ServerResponse, { provider }: Candidate, attempts: number, reason: string): void {
  response.setHeader('x-akashic-provider', provider.name)
  response.setHeader('x-akashic-attempts', attempts)
  response.setHeader('x-akashic-reason', reason)
}

function nobodyFor({ model, endpoint, features }: AiRequest) {
  const uses = features.length > 0 ? ` with ${features.join(' and ')}` : ''
  return {
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    message: `No provider that this key may use serves the model \`${model.slice(0, 100)}\` for ${endpoint}${uses}.`,
    isRetryOfUse: false,
  }
}

const outOfTime = {
  status: 504,
  type: 'server_error',
  code: 'deadline_exceeded',
  message: 'No AI provider answered within the time that the caller gave.',
  isRetryOfUse: true,
}

/** What went wrong in reading a request, as callers are told. */
export function errorOfInput(error: OpsError) {
  return { status: 400, type: 'invalid_request_error', code: null, message: error.message, isRetryOfUse: false }
}
