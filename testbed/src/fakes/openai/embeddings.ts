import { badRequest, unknownModel } from './api-error.ts'
import type { Exchange } from './exchange.ts'
import { admit } from './provider.ts'
import type { Outcome, Provider } from './provider.ts'
import { tokenCount } from './tokens.ts'

interface EmbeddingsRequest {
  readonly model: string
  readonly input: string | readonly string[] | readonly number[] | readonly (readonly number[])[]
  readonly dimensions?: number
  readonly encoding_format?: 'float' | 'base64'
}

const defaultDimensions = 1_536
const mostDimensions = 3_072

/** Does what a call for embeddings asks for, once for an Idempotency-Key where that is promised. */
export function embeddings(provider: Provider, exchange: Exchange, model: string | undefined): Outcome {
  const { call } = exchange
  const body = call.body as Partial<EmbeddingsRequest>
  const name = model ?? body.model
  if (typeof name !== 'string') return { error: badRequest('you must provide a model parameter') }
  if (!provider.models.has(name)) return { error: unknownModel(name) }
  const inputs = inputsOf(body.input)
  if (inputs.length === 0 || inputs.includes('')) return { error: badRequest('`input` may not be empty.', 'input') }
  const { dimensions = defaultDimensions } = body
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > mostDimensions) {
    return { error: badRequest(`\`dimensions\` has to be from 1 to ${mostDimensions}.`, 'dimensions') }
  }
  const before = provider.isIdempotent ? provider.answers.embeddings.get(call.idempotencyKey ?? '') : undefined
  if (before) return { value: before }

  const tokens = inputs.reduce((sum, input) => sum + tokenCount(input), 0)
  const refused = admit(provider, name, { inputTokens: tokens, outputTokens: 0 }, call.at)
  if (refused) return refused
  provider.log.execute(call.idempotencyKey)
  const show = body.encoding_format === 'base64' ? inBase64 : (vector: Float32Array) => [...vector]
  const shown = inputs.map((input) => show(vectorOf(input, dimensions)))
  const value = {
    object: 'list',
    data: shown.map((embedding, index) => ({ object: 'embedding', index, embedding })),
    model: name,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
  if (provider.isIdempotent && call.idempotencyKey !== undefined) {
    provider.answers.embeddings.set(call.idempotencyKey, value)
  }
  return { value }
}

function inputsOf(input: EmbeddingsRequest['input'] | undefined): string[] {
  if (typeof input === 'string') return [input]
  if (!Array.isArray(input)) return []
  const list = input as readonly unknown[]
  if (typeof list[0] === 'number') return [list.join(' ')]
  return list.map((item) => (Array.isArray(item) ? item.join(' ') : typeof item === 'string' ? item : ''))
}

/** A vector of length 1 that texts have the more in common the more words they share. */
function vectorOf(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions)
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]) {
    const hash = hashOf(word)
    vector[hash % dimensions]! += hash & 0x10000 ? 1 : -1
  }
  const length = Math.hypot(...vector) || 1
  return vector.map((part) => part / length)
}

/** FNV-1a. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193) >>> 0
  return hash
}

const inBase64 = (vector: Float32Array): string => Buffer.from(vector.buffer).toString('base64')
