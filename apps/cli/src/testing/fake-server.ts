import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { startHttp, type HttpServer } from '@akashic/testbed'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface FakeServer extends HttpServer {
  readonly asked: readonly Asked[]
  /** Sends an event to every open stream. */
  tell(event: string): void
}

/** Answers by `METHOD /path`, with or without the query. */
export type Answers = Readonly<Record<string, unknown>>

/** A server that answers `METHOD /path` from a table, keeps what it was asked, and holds /status/stream open.
 *  A function in the table is called for each request; a Problem is sent as problem+json. */
export async function startFakeServer(answers: Answers): Promise<FakeServer> {
  const asked: Asked[] = []
  const streams = new Set<ServerResponse>()
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url!, 'http://fake')
    const body = Number(request.headers['content-length'] ?? 0) > 0 ? await json(request) : undefined
    asked.push({ method: request.method!, path: request.url!, headers: request.headers, body })
    if (url.pathname === '/status/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: snapshot\ndata: {}\n\n')
      streams.add(response)
      await once(response, 'close')
      streams.delete(response)
      return
    }
    const found = answers[`${request.method} ${request.url}`] ?? answers[`${request.method} ${url.pathname}`]
    send(response, typeof found === 'function' ? (found as () => unknown)() : found)
  }
  const server = await startHttp((request, response) => void serve(request, response))
  const tell = (event: string) => streams.forEach((stream) => stream.write(`event: ${event}\ndata: {}\n\n`))
  return { ...server, asked, tell }
}

/** An answer that refuses. */
export class Problem {
  readonly status: number
  readonly document: object

  constructor(status: number, document: object) {
    this.status = status
    this.document = document
  }
}

function send(response: ServerResponse, answer: unknown): void {
  const shown =
    answer === undefined ? new Problem(404, { code: 'not_found', detail: 'There is no such thing.' }) : answer
  if (shown instanceof Problem) {
    response.writeHead(shown.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(shown.document))
  } else if (shown === null) {
    response.writeHead(204).end()
  } else {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(shown))
  }
}
