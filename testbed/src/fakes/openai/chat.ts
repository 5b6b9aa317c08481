import { tooLong, unknownModel } from './api-error.ts'
import { faultIn, promptTokens } from './chat-request.ts'
import type { ChatRequest } from './chat-request.ts'
import { makeCompletion, usageOf } from './completion.ts'
import type { Completion } from './completion.ts'
import type { Exchange } from './exchange.ts'
import { admit } from './provider.ts'
import type { Outcome, Provider } from './provider.ts'

/** Does what a chat completion asks for; what was done for an Idempotency-Key is not done again where that is promised. */
export function chat(provider: Provider, exchange: Exchange, model: string | undefined): Outcome {
  const { call, fate } = exchange
  const request = { ...(call.body as ChatRequest), ...(model === undefined ? {} : { model }) }
  const error = faultIn(request)
  if (error) return { error }
  if (!provider.models.has(request.model)) return { error: unknownModel(request.model) }
  const inputTokens = promptTokens(request.messages)
  if (inputTokens > provider.contextLength) return { error: tooLong(provider.contextLength, inputTokens) }
  const before = provider.isIdempotent ? provider.answers.chat.get(call.idempotencyKey ?? '') : undefined
  if (before) return show(before, request)

  const completion = makeCompletion(provider, request, call, fate.text)
  const outputTokens = completion.tokens.length * completion.n
  const refused = admit(provider, request.model, { inputTokens, outputTokens }, call.at)
  if (refused) return refused
  provider.log.execute(call.idempotencyKey)
  if (provider.isIdempotent && call.idempotencyKey !== undefined) {
    provider.answers.chat.set(call.idempotencyKey, completion)
  }
  return show(completion, request)
}

function show(completion: Completion, request: ChatRequest): Outcome {
  if (!request.stream) return { value: chatCompletion(completion) }
  return { completion, includeUsage: request.stream_options?.include_usage === true }
}

function chatCompletion(completion: Completion): object {
  const { id, created, model, n, finishReason, extras } = completion
  const message = messageOf(completion)
  return {
    ...{ id, object: 'chat.completion', created, model },
    choices: Array.from({ length: n }, (_, index) => ({
      ...{ index, message, logprobs: null, finish_reason: finishReason },
    })),
    usage: usageOf(completion),
    ...extras,
  }
}

function messageOf({ tokens, tool }: Completion): object {
  const text = tokens.join('')
  const message = { role: 'assistant', content: tool ? null : text, refusal: null, annotations: [] }
  if (!tool) return message
  const call = { id: tool.id, type: 'function', function: { name: tool.name, arguments: text } }
  return { ...message, tool_calls: [call] }
}
