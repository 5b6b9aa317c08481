import type { Readable } from 'node:stream'
import type { Clock } from '@akashic/shared/clock'
import type { Failure } from '../failure/failure.ts'
import { bodyFor, type AiRequest } from '../routing/ai-request.ts'
import type { Candidate } from '../routing/candidates.ts'
import { classifyAnswer, classifyError } from '../upstream/classify-answer.ts'
import { AttemptCut, classifyThrow, unusable } from '../upstream/classify-throw.ts'
import type { Upstream, UpstreamAnswer } from '../upstream/upstream.ts'
import type { Answer, Headers, StreamAnswer, WholeAnswer } from './answer.ts'
import { readAtMost } from './read-at-most.ts'
import { watchStream } from './watch-stream.ts'

export interface AttemptDeps {
  readonly upstream: Upstream
  readonly clock: Clock
  readonly maxAnswerBytes: () => number
  /** Told of the headers of every answer, good or not. */
  readonly onHeaders: (candidate: Candidate, headers: Headers) => void
}

export type Outcome =
  { readonly answer: Answer; readonly failure?: undefined } | { readonly failure: Failure; readonly answer?: undefined }

/** Refusals are short; more of one is not read. */
const maxErrorBytes = 65_536
/** Events before the first token: roles, comments, keep-alives. */
const maxHeadBytes = 262_144

/** Asks a candidate once. A stream is given back with its first token: until then it may still be asked elsewhere.
 *  @throws the reason of `signal` when that aborted; everything else is an outcome. */
export async function attempt(
  deps: AttemptDeps,
  candidate: Candidate,
  request: AiRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const { provider, model } = candidate
  let isAnswered = false
  try {
    const upstream = await deps.upstream.send(provider, {
      path: request.endpoint === 'chat' ? 'chat/completions' : 'embeddings',
      model: model.id,
      body: bodyFor(request, model.id),
      headers: request.headers,
      signal,
    })
    deps.onHeaders(candidate, upstream.headers)
    if (upstream.status !== 200) return { failure: await refusalOf(deps, upstream, provider.apiKey) }
    isAnswered = true
    const isStream = request.isStream && /^text\/event-stream\b/.test(upstream.headers['content-type'] ?? '')
    return isStream ? await firstToken(upstream, deps.maxAnswerBytes()) : await wholeAnswer(deps, upstream, request)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    return { failure: classifyThrow(error, isAnswered) }
  }
}

/** What was refused, with what the provider said where callers may read it: all of it, and our key not in it. */
async function refusalOf(
  { clock }: AttemptDeps,
  { status, headers, body }: UpstreamAnswer,
  apiKey: string,
): Promise<Failure> {
  const read = await readAtMost(body, maxErrorBytes).catch(() => null)
  const { answer, ...failure } = classifyAnswer({ status, headers, body: read ?? Buffer.alloc(0) }, clock.now())
  const isForCallers = read !== null && (apiKey === '' || !read.includes(apiKey))
  return answer && isForCallers ? { ...failure, answer } : failure
}

async function wholeAnswer(deps: AttemptDeps, upstream: UpstreamAnswer, request: AiRequest): Promise<Outcome> {
  const body = await readAtMost(upstream.body, deps.maxAnswerBytes())
  let fields: unknown
  try {
    fields = JSON.parse(body.toString())
  } catch {
    return { failure: unusable(body.length === 0 ? 'empty_body' : 'broken_json') }
  }
  if (typeof fields !== 'object' || fields === null) return { failure: unusable('broken_json') }
  const lack = lackOf(fields as WholeAnswer['fields'], request)
  if (lack === 'error') return { failure: classifyError((fields as { error: unknown }).error, 200) }
  if (lack !== null) return { failure: unusable(lack) }
  return { answer: { kind: 'whole', headers: upstream.headers, body, fields: fields as WholeAnswer['fields'] } }
}

/** What an answer lacks that makes it useless; null where it is of use. */
function lackOf(fields: WholeAnswer['fields'], { endpoint }: AiRequest): string | null {
  if (fields['error'] !== undefined && fields['error'] !== null && fields['choices'] === undefined) return 'error'
  if (endpoint === 'embeddings') return isFilled(fields['data']) ? null : 'no_data'
  const choices = fields['choices']
  if (!isFilled(choices)) return 'no_choices'
  return (choices as (Choice | null)[]).some((choice) => says(choice?.message) || isEmptyByRight(choice?.finish_reason))
    ? null
    : 'empty_content'
}

interface Choice {
  readonly message?: unknown
  readonly finish_reason?: unknown
}

/** The caller's own limit of tokens, or a filter, left nothing of it: another attempt would end alike. */
const isEmptyByRight = (finishReason: unknown): boolean =>
  finishReason === 'length' || finishReason === 'content_filter'

const isFilled = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0

/** Whether a message holds anything that callers can act on. */
function says(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false
  const { content, reasoning_content, tool_calls, function_call, refusal, audio } = message as Record<string, unknown>
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  return (
    isText(content) ||
    isText(reasoning_content) ||
    isFilled(content) ||
    isFilled(tool_calls) ||
    isText(refusal) ||
    !!function_call ||
    !!audio
  )
}

/** A stream with its first token; one that is of no use is let go. */
async function firstToken(upstream: UpstreamAnswer, maxEventBytes: number): Promise<Outcome> {
  try {
    return await readToFirstToken(upstream, maxEventBytes)
  } catch (error) {
    upstream.body.on('error', () => undefined)
    upstream.body.destroy()
    throw error
  }
}

async function readToFirstToken({ headers, body }: UpstreamAnswer, maxEventBytes: number): Promise<Outcome> {
  const watch = watchStream(maxEventBytes)
  const head: Buffer[] = []
  let bytes = 0
  for (;;) {
    const chunk = await nextChunk(body)
    if (chunk === null) return { failure: unusable('empty_stream') }
    head.push(chunk)
    bytes += chunk.length
    watch.add(chunk)
    if (watch.error() !== undefined) return ended(body, errorOf(watch.error()))
    if (watch.hasToken() || isEmptyByRight(watch.finishReason())) {
      return {
        answer: {
          kind: 'stream',
          headers,
          head: Buffer.concat(head),
          rest: body,
          watch,
          maxEventBytes,
        } satisfies StreamAnswer,
      }
    }
    if (watch.isDone()) return ended(body, unusable('empty_stream'))
    if (bytes > maxHeadBytes) throw new AttemptCut('answer_too_large')
  }
}

/** What an error within a stream means. */
export function errorOf(error: unknown): Failure {
  const isBroken = typeof error === 'object' && error !== null && 'code' in error && error.code === 'broken_event'
  return isBroken ? unusable('broken_event') : classifyError(error, 200)
}

function ended(body: Readable, failure: Failure): Outcome {
  body.on('error', () => undefined)
  body.destroy()
  return { failure }
}

/** The next bytes; null at the end. */
async function nextChunk(body: Readable): Promise<Buffer | null> {
  for (;;) {
    const chunk = body.read() as Buffer | null
    if (chunk !== null) return chunk
    if (body.readableEnded) return null
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error) => {
        body.off('readable', done).off('end', done).off('error', done).off('close', done)
        if (error) reject(error)
        else if (body.destroyed && !body.readableEnded) reject(body.errored ?? new AttemptCut('cut_stream'))
        else resolve()
      }
      body.on('readable', done).on('end', done).on('error', done).on('close', done)
      if (body.destroyed) done()
    })
  }
}
