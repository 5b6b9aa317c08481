import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isNotModified, sendProblem } from '@akashic/shared/http'
import { uuidv7 } from '@akashic/shared/ids'
import { negotiateEncoding } from './encoded-body.ts'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import type { EncodedBody } from './encoded-body.ts'
import type { StatusDocument } from './status-document.ts'

export interface Front {
  readonly document: StatusDocument
  /** Opens a stream of the status. */
  readonly openStream: (request: IncomingMessage, response: ServerResponse) => void
  /** Everything else. */
  readonly next: RequestListener
  readonly metrics: Registry
}

/** Answers the hottest reads, `/status` and its stream, before express sees them. */
export function createFront({ document, openStream, next, metrics }: Front): RequestListener {
  const answer = countedAnswer(metrics)
  return (request, response) => {
    const { url = '', method } = request
    if (!url.startsWith('/status') || (method !== 'GET' && method !== 'HEAD')) return next(request, response)
    const end = url.indexOf('?')
    const path = end < 0 ? url : url.slice(0, end)
    if (path === '/status/stream') {
      try {
        return openStream(request, response)
      } catch (error) {
        return void sendProblem(response, error, uuidv7())
      }
    }
    const encodings = path === '/status' ? document.encodings() : null
    if (encodings === null) return next(request, response)
    const encoding = negotiateEncoding(request.headers['accept-encoding'])
    const ready = encodings.ready(encoding)
    if (ready) return answer(request, response, ready)
    encodings.prepare(encoding).then(
      (body) => answer(request, response, body),
      () => response.destroy(),
    )
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: EncodedBody) => void

/** Counts in plain numbers: a labelled counter would cost more than the answer itself. */
function countedAnswer(metrics: Registry): Answer {
  const counts = { 200: 0, 304: 0 }
  new Counter({
    name: 'akashic_status_answers_total',
    help: 'Answers of /status, by status code.',
    labelNames: ['status'],
    registers: [metrics],
    collect() {
      this.reset()
      for (const [status, count] of Object.entries(counts)) this.inc({ status }, count)
    },
  })
  return (request, response, body) => {
    if (isNotModified(request.headers['if-none-match'], body.etag)) {
      counts[304]++
      response.writeHead(304, body.notModifiedHeaders as string[]).end()
      return
    }
    counts[200]++
    response.writeHead(200, body.headers as string[])
    response.end(request.method === 'HEAD' ? undefined : body.bytes)
  }
}
