import OpenAI, { APIError } from 'openai'
import type { Options } from './options.ts'
import { startFakeOpenAi } from './server.ts'
import type { FakeOpenAi } from './server.ts'

export const apiKey = 'test-key-0001'
export const hello = { model: 'small', messages: [{ role: 'user' as const, content: 'Hello' }] }

/** Runs `use` with a fake and the official client of it, that repeats nothing. */
export async function withFake(
  options: Partial<Options>,
  use: (client: OpenAI, fake: FakeOpenAi) => Promise<void>,
): Promise<void> {
  const fake = await startFakeOpenAi({ apiKey, models: ['small', 'large'], ...options })
  try {
    await use(clientOf(fake), fake)
  } finally {
    await fake.stop()
  }
}

export function clientOf({ baseUrl: baseURL }: { readonly baseUrl: string }, key = apiKey): OpenAI {
  return new OpenAI({ baseURL, apiKey: key, maxRetries: 0, timeout: 5_000, logLevel: 'off' })
}

/** The error that a call ends with.
 *  @throws Error when it ends well. */
export async function errorOf(call: PromiseLike<unknown>): Promise<APIError> {
  try {
    await call
  } catch (error) {
    if (error instanceof APIError) return error
    throw error
  }
  throw new Error('the call went well')
}

export async function streamed(client: OpenAI, more: object = {}) {
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of await client.chat.completions.create({ ...hello, ...more, stream: true }))
    chunks.push(chunk)
  return chunks
}

export const textOf = (chunks: readonly OpenAI.ChatCompletionChunk[]): string =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
