import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { startHttp } from '../../real/http.ts'
import type { HttpServer } from '../../real/http.ts'

/** A request as it came, read to its end. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** How a request goes wrong: answered so and not taken; `break` closes the connection and takes nothing; `lose-answer`
 *  takes it and closes the connection; `afterMs` takes it and answers late; `bytes` takes it and answers so much. */
export type Fault = Answer | 'break' | 'lose-answer' | { readonly afterMs: number } | { readonly bytes: number }

export interface FaultyServer extends HttpServer {
  /** The next `times` requests go wrong. */
  failNext(times: number, fault: Fault): void
  /** For so long every request is answered 429. */
  rateLimit(ms: number): void
}

interface Behaviour {
  readonly take: (call: Call) => Answer
  readonly rateLimited: Answer
}

/** An HTTP server that answers what `take` says, unless it was told to fail. */
export async function startFaultyServer({ take, rateLimited }: Behaviour): Promise<FaultyServer> {
  const faults: Fault[] = []
  let limitedUntilMs = 0
  const server = await startHttp((request, response) => {
    response.on('error', () => undefined)
    void answer(request, response).catch(() => response.destroy())
  })
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await read(request)
    const leftMs = limitedUntilMs - performance.now()
    if (leftMs > 0) return reply(response, rateLimited, { 'retry-after': `${Math.ceil(leftMs / 1_000)}` })
    const fault = faults.shift()
    if (fault === 'break') return void response.destroy()
    if (fault && typeof fault === 'object' && 'status' in fault) return reply(response, fault)
    const taken = take(call)
    if (fault === 'lose-answer') return void response.destroy()
    if (fault && 'afterMs' in fault) await pause(fault.afterMs, undefined, { ref: false })
    if (fault && 'bytes' in fault) return replyAtLength(response, taken, fault.bytes)
    reply(response, taken)
  }
  return {
    ...server,
    failNext: (times, fault) => void faults.push(...Array.from({ length: times }, () => fault)),
    rateLimit: (ms) => void (limitedUntilMs = performance.now() + ms),
  }
}

export function json(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) }
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  return {
    method: request.method ?? '',
    path: pathname,
    query: searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

function reply(response: ServerResponse, { status, headers, body }: Answer, more: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, ...more }).end(body)
}

/** The head of the answer, and then a body that is nothing but long. */
async function replyAtLength(response: ServerResponse, { status }: Answer, bytes: number): Promise<void> {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': bytes })
  await pipeline(Readable.from(filler(bytes)), response)
}

function* filler(bytes: number): Iterable<Buffer> {
  const chunk = Buffer.alloc(65_536, 'x')
  for (let left = bytes; left > 0; left -= chunk.length) yield chunk.subarray(0, left)
}
