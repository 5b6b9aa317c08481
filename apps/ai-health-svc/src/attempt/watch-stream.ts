import { StringDecoder } from 'node:string_decoder'
import { AttemptCut } from '../upstream/classify-throw.ts'
import type { StreamWatch } from './answer.ts'

/** Only so much of what a stream says is kept for judging it. */
const keptCharacters = 16_000

interface Chunk {
  readonly choices?: readonly {
    readonly index?: number
    readonly delta?: Readonly<Record<string, unknown>>
    readonly finish_reason?: string | null
  }[]
  readonly error?: unknown
  readonly usage?: { readonly total_tokens?: number } | null
}

/** Reads the server-sent events of a chat completion along, without holding them.
 *  @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export function watchStream(maxEventBytes: number): StreamWatch {
  const decoder = new StringDecoder('utf8')
  let unfinished = ''
  const state = {
    hasToken: false,
    isDone: false,
    error: undefined as unknown,
    content: '',
    finishReason: null as string | null,
    totalTokens: null as number | null,
  }

  function readLine(line: string): void {
    if (!line.startsWith('data:')) return
    const data = line.slice(5).trim()
    if (data === '[DONE]') state.isDone = true
    else if (data !== '') readChunk(data)
  }

  function readChunk(data: string): void {
    let chunk: Chunk
    try {
      chunk = JSON.parse(data) as Chunk
    } catch {
      state.error ??= { code: 'broken_event' }
      return
    }
    if (chunk.error !== undefined && chunk.error !== null) state.error ??= chunk.error
    state.totalTokens = chunk.usage?.total_tokens ?? state.totalTokens
    for (const { index = 0, delta, finish_reason } of chunk.choices ?? []) {
      const isFirst = index === 0
      if (isFirst) state.finishReason = finish_reason ?? state.finishReason
      for (const [name, value] of Object.entries(delta ?? {})) {
        if (name === 'role' || value === null || value === '') continue
        state.hasToken = true
        const isText = isFirst && name === 'content' && typeof value === 'string'
        if (isText && state.content.length < keptCharacters) state.content += value
      }
    }
  }

  return {
    add: (bytes) => {
      const text = decoder.write(bytes)
      // A long line is put together once, and not looked through again with every part of it.
      const lines = /[\r\n]/.test(text) ? (unfinished + text).split(/\r\n|\n|\r/) : [unfinished + text]
      unfinished = lines.pop()!
      if (unfinished.length > maxEventBytes) throw new AttemptCut('answer_too_large')
      lines.forEach(readLine)
    },
    hasToken: () => state.hasToken,
    isDone: () => state.isDone,
    error: () => state.error,
    content: () => state.content.slice(0, keptCharacters),
    finishReason: () => state.finishReason,
    totalTokens: () => state.totalTokens,
  }
}
