import type { Failure } from '../failure/failure.ts'
import type { Candidate } from '../routing/candidates.ts'
import type { Served } from '../proxy/complete.ts'
import type { Observation } from './monitor.ts'
import { maxContentLength, maxPromptLength, type ObservedResponse } from './observed-response.ts'

type Fields = Readonly<Record<string, unknown>>

/** What the quality monitor is told of an attempt that failed; null where the caller was at fault. */
export function observationOfFailure(id: string, { provider, model }: Candidate, failure: Failure): Observation | null {
  if (failure.class === 'invalid_request') return null
  return { id, provider: provider.name, model: model.id, error: failure.class, response: null, isTrial: false }
}

/** What it is told of a request that was answered; null where there is nothing to learn: the caller left, or it was no chat. */
export function observationOf(served: Served): Observation | null {
  const { id, candidate, request, failure, answered, hasCallerLeft } = served
  if (candidate === null || answered === null || hasCallerLeft || request.endpoint !== 'chat') return null
  const names = { provider: candidate.provider.name, model: candidate.model.id }
  const { isTrial } = answered
  if (failure) return { id, ...names, error: failure.class, response: null, isTrial }
  const said = saidBy(served)
  if (said === null) return null
  const response: ObservedResponse = { ...names, ...said, ...askedOf(request.fields) }
  return { id, ...names, error: null, response, isTrial }
}

function saidBy({ answered }: Served): Pick<ObservedResponse, 'content' | 'finishReason'> | null {
  const { answer } = answered!
  if (answer.kind === 'stream') {
    const content = answer.watch.content()
    return content === '' ? null : { content, finishReason: answer.watch.finishReason() }
  }
  const choice = (answer.fields['choices'] as Fields[])[0]
  const content = (choice?.['message'] as Fields | undefined)?.['content']
  if (typeof content !== 'string' || content === '') return null
  const reason = choice?.['finish_reason']
  return { content: content.slice(0, maxContentLength), finishReason: typeof reason === 'string' ? reason : null }
}

function askedOf(fields: Fields): Pick<ObservedResponse, 'prompt' | 'format' | 'requiredFields' | 'hasTokenLimit'> {
  const format = fields['response_format'] as Fields | undefined
  const isJson = format?.['type'] === 'json_object' || format?.['type'] === 'json_schema'
  const schema = (format?.['json_schema'] as Fields | undefined)?.['schema'] as Fields | undefined
  const required = schema?.['required']
  return {
    prompt: promptOf(fields['messages']),
    format: isJson ? 'json' : 'text',
    requiredFields: Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [],
    hasTokenLimit: [fields['max_tokens'], fields['max_completion_tokens']].some((limit) => typeof limit === 'number'),
  }
}

/** The last message of the user, where it is text. */
function promptOf(messages: unknown): string | null {
  if (!Array.isArray(messages)) return null
  const last = (messages as Fields[]).findLast((message) => message?.['role'] === 'user')?.['content']
  const text = Array.isArray(last)
    ? (last as Fields[]).map((part) => part?.['text']).find((part) => typeof part === 'string')
    : last
  return typeof text === 'string' ? text.slice(0, maxPromptLength) : null
}
