import { errorBody, serverError } from './api-error.ts'
import type { ApiError } from './api-error.ts'
import type { Exchange } from './exchange.ts'
import type { FaultSpec } from './faults.ts'
import { fillerOf } from './filler.ts'

type Headers = Record<string, string>

export function sendError(exchange: Exchange, error: ApiError, headers: Headers): void {
  const { kind, apiKey } = exchange.provider
  // Some say which key they refuse.
  const body = JSON.stringify(errorBody(kind, error)).replace('<key>', apiKey)
  sendJson(exchange, error.status, body, headers)
}

/** Answers with a document, or with what a fault makes of it. */
export async function sendPlain(exchange: Exchange, value: object, headers: Headers): Promise<void> {
  const { fault } = exchange.fate
  if (!fault) return sendJson(exchange, 200, JSON.stringify(value), headers)
  const json = JSON.stringify(value)
  const half = json.slice(0, json.length / 2)
  switch (fault.name) {
    case 'no_choices':
    case 'empty_content':
      return sendJson(exchange, 200, JSON.stringify(emptied(value, fault)), headers)
    case 'empty_body':
    case 'empty_stream':
      return sendJson(exchange, 200, '', headers)
    case 'broken_json':
    case 'broken_sse':
      return sendJson(exchange, 200, half, headers)
    case 'huge':
    case 'huge_stream_line':
      return sendHuge(exchange, json, fault.bytes, headers)
    case 'error_in_stream':
      return sendError(exchange, serverError, headers)
    case 'cut_stream':
    case 'stalled_stream':
    case 'ends_without_done':
      exchange.head(200, { ...headers, 'content-type': 'application/json' })
      if (fault.name === 'cut_stream') return exchange.breakOff(half)
      if (fault.name === 'stalled_stream') return exchange.write(half)
      return exchange.end(half)
    default:
      return sendJson(exchange, 200, json, headers)
  }
}

function sendJson(exchange: Exchange, status: number, json: string, headers: Headers): void {
  const length = Buffer.byteLength(json)
  exchange.head(status, { 'content-type': 'application/json', 'content-length': length, ...headers })
  exchange.end(json)
}

function emptied(value: object, { name }: FaultSpec): object {
  if (!('choices' in value)) return { ...value, data: [] }
  if (name === 'no_choices') return { ...value, choices: [] }
  const choices = value.choices as { message: object }[]
  return { ...value, choices: choices.map((choice) => ({ ...choice, message: { ...choice.message, content: '' } })) }
}

/** The same document, and as much filler before it as makes it so long. */
async function sendHuge(exchange: Exchange, json: string, bytes: number | undefined, headers: Headers): Promise<void> {
  exchange.head(200, { ...headers, 'content-type': 'application/json' })
  await exchange.write('{"padding":"')
  for (const part of fillerOf(bytes)) {
    if (exchange.isOver) return
    await exchange.write(part)
  }
  exchange.end(`",${json.slice(1)}`)
}
