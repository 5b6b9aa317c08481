import type { Served } from '../proxy/complete.ts'
import type { Observation } from './monitor.ts'
import {
  excerpt,
  maxContentLength,
  maxPromptLength,
  maxRequiredFields,
  type ObservedResponse,
} from './observed-response.ts'

type Fields = Readonly<Record<string, unknown>>

/** What the quality monitor is told of a request of the proxy, once it is over: whether it was answered, and what was said. Null
 *  where there is nothing to learn: the caller left or was at fault, or nobody could be asked. */
export function observationOf(served: Served): Observation | null {
  const { id, candidate, failure, answered, hasCallerLeft } = served
  if (candidate === null || hasCallerLeft || failure?.class === 'invalid_request') return null
  const names = { provider: candidate.provider.name, model: candidate.model.id }
  const observed = { id, ...names, error: failure?.class ?? null, response: null, isTrial: answered?.isTrial ?? false }
  if (failure || !answered) return failure ? observed : null
  const said = saidBy(served)
  if (said === null) return observed
  return { ...observed, response: { ...names, ...said, ...askedOf(served.request.fields) } }
}

/** The text of an answer; null where there is none: vectors, calls of tools. */
function saidBy({ request, answered }: Served): Pick<ObservedResponse, 'content' | 'finishReason'> | null {
  const { answer } = answered!
  if (request.endpoint !== 'chat') return null
  if (answer.kind === 'stream') {
    const content = answer.watch.content()
    return content === '' ? null : { content, finishReason: answer.watch.finishReason() }
  }
  const choice = (answer.fields['choices'] as Fields[])[0]
  const content = (choice?.['message'] as Fields | undefined)?.['content']
  if (typeof content !== 'string' || content === '') return null
  const reason = choice?.['finish_reason']
  return { content: excerpt(content, maxContentLength), finishReason: typeof reason === 'string' ? reason : null }
}

function askedOf(fields: Fields): Pick<ObservedResponse, 'prompt' | 'format' | 'requiredFields' | 'hasTokenLimit'> {
  const format = fields['response_format'] as Fields | undefined
  const isJson = format?.['type'] === 'json_object' || format?.['type'] === 'json_schema'
  const schema = (format?.['json_schema'] as Fields | undefined)?.['schema'] as Fields | undefined
  const required = schema?.['required']
  return {
    prompt: promptOf(fields['messages']),
    format: isJson ? 'json' : 'text',
    requiredFields: Array.isArray(required)
      ? required.slice(0, maxRequiredFields).filter((name) => typeof name === 'string')
      : [],
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
  return typeof text === 'string' ? excerpt(text, maxPromptLength) : null
}
