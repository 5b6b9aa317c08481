import { errorBody, serverError } from './api-error.ts'
import { usageOf } from './completion.ts'
import type { Completion } from './completion.ts'
import type { Exchange } from './exchange.ts'
import type { FaultSpec } from './faults.ts'
import { fillerOf } from './filler.ts'

const done = 'data: [DONE]\n\n'
const defaultTokens = 3

/** Answers with server-sent events: the role, the content token by token, why it ended, the usage when asked for, and the
 *  end; or with what a fault makes of it. */
export async function sendStream(
  exchange: Exchange,
  completion: Completion,
  includeUsage: boolean,
  headers: Record<string, string>,
): Promise<void> {
  const { fault, firstTokenDelayMs } = exchange.fate
  exchange.head(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  if (fault?.name === 'empty_body') return exchange.end()
  if (fault?.name === 'empty_stream') return exchange.end(done)
  const chunk = chunkWriter(completion, includeUsage)
  if (fault?.name === 'no_choices') return exchange.end(chunk([]) + done)
  await exchange.write(chunk(opening(completion)))
  if (firstTokenDelayMs > 0) await exchange.pause(firstTokenDelayMs)
  if (fault?.name === 'huge_stream_line') return sendHugeLine(exchange, fault.bytes)
  if (fault?.name === 'huge') await sendHugeContent(exchange, chunk, fault.bytes)
  else if (fault?.name !== 'empty_content') {
    const sent = await sendTokens(exchange, completion, chunk, fault)
    if (sent === 'went wrong') return
  }
  await exchange.write(chunk(delta(completion, {}, completion.finishReason)))
  if (includeUsage) await exchange.write(chunk([], usageOf(completion)))
  exchange.end(done)
}

type ChunkWriter = (choices: readonly object[], usage?: object) => string

function chunkWriter({ id, created, model, extras }: Completion, includeUsage: boolean): ChunkWriter {
  const head = { id, object: 'chat.completion.chunk', created, model, ...extras }
  return (choices, usage) => {
    const chunk = includeUsage ? { ...head, choices, usage: usage ?? null } : { ...head, choices }
    return `data: ${JSON.stringify(chunk)}\n\n`
  }
}

function delta({ n }: Completion, delta: object, finishReason: string | null = null): object[] {
  return Array.from({ length: n }, (_, index) => ({ index, delta, logprobs: null, finish_reason: finishReason }))
}

function opening(completion: Completion): object[] {
  const { tool } = completion
  const role = { role: 'assistant', content: tool ? null : '', refusal: null }
  if (!tool) return delta(completion, role)
  const call = { index: 0, id: tool.id, type: 'function', function: { name: tool.name, arguments: '' } }
  return delta(completion, { ...role, tool_calls: [call] })
}

function tokenDelta(completion: Completion, text: string): object[] {
  if (!completion.tool) return delta(completion, { content: text })
  return delta(completion, { tool_calls: [{ index: 0, function: { arguments: text } }] })
}

/** Goes wrong after as many tokens as the fault says, or after all of them when there are fewer. */
async function sendTokens(
  exchange: Exchange,
  completion: Completion,
  chunk: ChunkWriter,
  fault: FaultSpec | undefined,
): Promise<'all' | 'went wrong'> {
  const { tokenDelayMs } = exchange.provider
  const end = fault ? tokensBefore(fault) : Infinity
  for (const [index, token] of completion.tokens.entries()) {
    if (index >= end) break
    if (index > 0 && tokenDelayMs > 0) await exchange.pause(tokenDelayMs)
    if (exchange.isOver) return 'went wrong'
    await exchange.write(chunk(tokenDelta(completion, token)))
  }
  if (!fault || end === Infinity) return 'all'
  await goWrong(exchange, fault)
  return 'went wrong'
}

function tokensBefore(fault: FaultSpec): number {
  if ('afterTokens' in fault) return fault.afterTokens ?? defaultTokens
  const goesWrong = [
    'stalled_stream',
    'cut_stream',
    'ends_without_done',
    'error_in_stream',
    'broken_sse',
    'broken_json',
  ]
  return goesWrong.includes(fault.name) ? defaultTokens : Infinity
}

async function goWrong(exchange: Exchange, { name }: FaultSpec): Promise<void> {
  if (name === 'stalled_stream') return
  if (name === 'cut_stream') return exchange.breakOff('data: {"id":"chatc')
  if (name === 'ends_without_done') return exchange.end()
  if (name === 'error_in_stream') {
    return exchange.end(`data: ${JSON.stringify(errorBody(exchange.provider.kind, serverError))}\n\n`)
  }
  exchange.end(`data: {"id":"chatcmpl-\n\n${done}`)
}

async function sendHugeLine(exchange: Exchange, bytes: number | undefined): Promise<void> {
  await exchange.write('data: {"id":"')
  for (const part of fillerOf(bytes)) {
    if (exchange.isOver) return
    await exchange.write(part)
  }
  exchange.end()
}

async function sendHugeContent(exchange: Exchange, chunk: ChunkWriter, bytes: number | undefined): Promise<void> {
  for (const part of fillerOf(bytes)) {
    if (exchange.isOver) return
    await exchange.write(
      chunk([{ index: 0, delta: { content: part.toString() }, logprobs: null, finish_reason: null }]),
    )
  }
}
