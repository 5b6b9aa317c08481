import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer } from './answer.ts'
import { authorizationOf } from './authorization.ts'
import type { OpenCall } from './call-log.ts'
import { Exchange } from './exchange.ts'
import type { Provider } from './provider.ts'
import { routeOf } from './route.ts'

/** Reads a request to its end, writes it down, and answers it. */
export function receive(provider: Provider, request: IncomingMessage, response: ServerResponse): void {
  readBody(request, (text) => {
    const body = parsed(text)
    const method = request.method ?? ''
    const { path, hasVersion } = addressOf(request.url ?? '')
    const route = routeOf(provider.kind, method, path, hasVersion)
    const { model, stream } = fieldsOf(body)
    const call: OpenCall = {
      ...{ at: provider.clock.now(), method, path, body },
      model: route?.model ?? model,
      stream,
      idempotencyKey: headerOf(request, 'idempotency-key'),
      authorization: authorizationOf(provider.kind, provider.apiKey, path, request.headers),
    }
    const exchange = new Exchange(provider, call, provider.script.next(path, call.model), response)
    provider.log.add(call)
    void answer(exchange, route).catch(() => exchange.reset())
  })
}

/** What a request whose client left before its end says is never known. */
export function readBody(request: IncomingMessage, then: (text: string) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => void chunks.push(chunk))
  request.on('end', () => then(chunks.length === 1 ? chunks[0]!.toString() : Buffer.concat(chunks).toString()))
  request.on('error', () => undefined)
}

function addressOf(url: string): { path: string; hasVersion: boolean } {
  const end = url.indexOf('?')
  if (end < 0) return { path: url, hasVersion: false }
  return { path: url.slice(0, end), hasVersion: /[?&]api-version=[\w-]/.test(url.slice(end)) }
}

/** The JSON of a body, or its text where it is none. */
export function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const isObject = (body: unknown): body is Record<string, unknown> => typeof body === 'object' && body !== null

function fieldsOf(body: unknown): { model: string | undefined; stream: boolean } {
  if (!isObject(body)) return { model: undefined, stream: false }
  return { model: typeof body.model === 'string' ? body.model : undefined, stream: body.stream === true }
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
