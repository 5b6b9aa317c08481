import { badRequest } from './api-error.ts'
import type { ApiError } from './api-error.ts'
import { tokenCount } from './tokens.ts'

export interface ChatRequest {
  readonly model: string
  readonly messages: readonly Message[]
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean } | null
  readonly max_tokens?: number | null
  readonly max_completion_tokens?: number | null
  readonly n?: number | null
  readonly tools?: readonly Tool[]
  readonly tool_choice?: string | { readonly type: string; readonly function?: { readonly name: string } }
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema?: object } }
}

interface Message {
  readonly role: string
  readonly content?: string | readonly { readonly text?: string }[] | null
}

export interface Tool {
  readonly type: string
  readonly function: { readonly name: string; readonly parameters?: object }
}

const perMessage = 4

/** What is wrong with the body of a chat completion; undefined when nothing is. */
export function faultIn(body: Partial<ChatRequest>): ApiError | undefined {
  if (typeof body.model !== 'string') return badRequest('you must provide a model parameter')
  if (!Array.isArray(body.messages) || body.messages.length === 0) {
    return badRequest('`messages` has to be an array with one message at least.', 'messages')
  }
  const isMessage = (message: Partial<Message> | null): boolean => typeof message?.role === 'string'
  if (!body.messages.every(isMessage)) return badRequest('A message needs a role.', 'messages')
  if (body.stream_options && !body.stream) {
    return badRequest('`stream_options` is allowed only with `stream`.', 'stream_options')
  }
  const most = body.max_completion_tokens ?? body.max_tokens
  if (most !== undefined && most !== null && !(Number.isInteger(most) && most > 0)) {
    return badRequest('The maximum of tokens has to be a whole number above 0.', 'max_tokens')
  }
  return undefined
}

export function promptTokens(messages: readonly Message[]): number {
  let tokens = 3
  for (const { content } of messages) {
    const parts = typeof content === 'string' ? [{ text: content }] : (content ?? [])
    for (const { text } of parts) tokens += tokenCount(text ?? '')
    tokens += perMessage
  }
  return tokens
}

/** The tool that has to be called, and whether the request names it. */
export function demandedTool({ tools = [], tool_choice: choice }: ChatRequest): Tool | undefined {
  if (choice === 'required') return tools[0]
  if (typeof choice !== 'object' || choice === null) return undefined
  return tools.find((tool) => tool.function.name === choice.function?.name)
}
