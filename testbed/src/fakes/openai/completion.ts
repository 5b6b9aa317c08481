import type { Call } from './call-log.ts'
import { demandedTool, promptTokens } from './chat-request.ts'
import type { ChatRequest } from './chat-request.ts'
import { sampleOf } from './json-sample.ts'
import type { Text } from './options.ts'
import type { Provider } from './provider.ts'
import { tokensOf } from './tokens.ts'

/** What a model made of a request; answers show it whole (chat.ts) or in parts (stream.ts). */
export interface Completion {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  readonly model: string
  /** How many choices are asked for; all are the same. */
  readonly n: number
  /** Of the content, or of the arguments of `tool`. */
  readonly tokens: readonly string[]
  readonly tool: { readonly id: string; readonly name: string } | undefined
  readonly finishReason: 'stop' | 'length' | 'tool_calls'
  readonly promptTokens: number
  /** What OpenAI and Azure say besides. */
  readonly extras: object
}

const defaultText =
  'The service answers every request that it can. It keeps a count of the tokens that each answer takes. ' +
  'When the count reaches its limit, the service asks the client to wait for a while.'

export function makeCompletion(provider: Provider, request: ChatRequest, call: Call, scripted?: Text): Completion {
  const { kind } = provider
  const tool = demandedTool(request)
  const all = tokensOf(scripted === undefined ? whatIsAskedFor(provider, request, call) : said(scripted, call))
  const most = request.max_completion_tokens ?? request.max_tokens ?? Infinity
  const isCut = all.length > most
  const finish = tool && request.tool_choice === 'required' ? 'tool_calls' : 'stop'
  const isOpenAi = kind === 'openai' || kind === 'azure'
  return {
    id: provider.nextId('chatcmpl-'),
    created: Math.floor(call.at / 1_000),
    model: request.model,
    n: request.n ?? 1,
    tokens: isCut ? all.slice(0, most) : all,
    tool: tool && { id: provider.nextId('call_'), name: tool.function.name },
    finishReason: isCut ? 'length' : finish,
    promptTokens: promptTokens(request.messages),
    extras: isOpenAi ? { service_tier: 'default', system_fingerprint: 'fp_0a1b2c3d4e' } : {},
  }
}

const said = (text: Text, call: Call): string => (typeof text === 'string' ? text : text(call))

/** The arguments of a tool, JSON, or the text of the model, whichever the request wants. */
function whatIsAskedFor({ text = defaultText }: Provider, request: ChatRequest, call: Call): string {
  const tool = demandedTool(request)
  if (tool) return JSON.stringify(sampleOf(tool.function.parameters ?? { type: 'object' }, 'text'))
  const { type, json_schema: named } = request.response_format ?? { type: 'text' }
  if (type === 'json_schema') return JSON.stringify(sampleOf(named?.schema ?? { type: 'object' }, 'text'), null, 1)
  return type === 'json_object' ? JSON.stringify({ answer: said(text, call) }) : said(text, call)
}

export function usageOf({ promptTokens, tokens, n, extras }: Completion): object {
  const completionTokens = tokens.length * n
  const counts = {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  }
  if (Object.keys(extras).length === 0) return counts
  return {
    ...counts,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      ...{ reasoning_tokens: 0, audio_tokens: 0 },
      ...{ accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
    },
  }
}
