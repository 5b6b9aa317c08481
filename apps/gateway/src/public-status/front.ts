import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isNotModified, isOfLoadTest, sendProblem } from '@akashic/shared/http'
import { uuidv7 } from '@akashic/shared/ids'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import { negotiateEncoding } from './encoded-body.ts'
import type { EncodedBody } from './encoded-body.ts'
import type { PreparedDocuments } from './prepared-document.ts'

export interface Front {
  readonly documents: PreparedDocuments
  /** Opens a stream of the status. */
  readonly openStream: (request: IncomingMessage, response: ServerResponse) => void
  /** Everything else. */
  readonly next: RequestListener
  readonly metrics: Registry
}

/** Answers the hottest reads, `/status`, its stream and the documents like it, before express sees them. */
export function createFront({ documents, openStream, next, metrics }: Front): RequestListener {
  const answer = countedAnswer(metrics)
  return (request, response) => {
    const { url = '', method } = request
    if (method !== 'GET' && method !== 'HEAD') return next(request, response)
    const end = url.indexOf('?')
    const path = end < 0 ? url : url.slice(0, end)
    if (path === '/status/stream') {
      try {
        return openStream(request, response)
      } catch (error) {
        return void sendProblem(response, error, uuidv7())
      }
    }
    const encodings = documents.get(path)?.encodings() ?? null
    if (encodings === null) return next(request, response)
    const encoding = negotiateEncoding(request.headers['accept-encoding'])
    const ready = encodings.ready(encoding)
    if (ready) return answer(path, request, response, ready)
    encodings.prepare(encoding).then(
      (body) => answer(path, request, response, body),
      () => response.destroy(),
    )
  }
}

type Answer = (path: string, request: IncomingMessage, response: ServerResponse, body: EncodedBody) => void

/** Counts in plain numbers: a labelled counter would cost more than the answer itself. */
function countedAnswer(metrics: Registry): Answer {
  const counts = new Map<string, { 200: number; 304: number }>([['/status', { 200: 0, 304: 0 }]])
  const ofLoadTests = { 200: 0, 304: 0 }
  new Counter({
    name: 'akashic_status_answers_total',
    help: 'Answers of /status, by status code.',
    labelNames: ['status', 'load_test'],
    registers: [metrics],
    collect() {
      this.reset()
      for (const [status, count] of Object.entries(counts.get('/status')!)) this.inc({ status }, count)
      for (const [status, count] of Object.entries(ofLoadTests)) {
        if (count > 0) this.inc({ status, load_test: 'true' }, count)
      }
    },
  })
  new Counter({
    name: 'akashic_document_answers_total',
    help: 'Answers of Statuspage v2, feeds and calendar, by path and status code.',
    labelNames: ['path', 'status'],
    registers: [metrics],
    collect() {
      this.reset()
      for (const [path, count] of counts) {
        if (path === '/status') continue
        for (const [status, answers] of Object.entries(count)) this.inc({ path, status }, answers)
      }
    },
  })
  return (path, request, response, body) => {
    const known = counts.get(path) ?? { 200: 0, 304: 0 }
    counts.set(path, known)
    const count = path === '/status' && isOfLoadTest(request.headers) ? ofLoadTests : known
    if (isNotModified(request.headers['if-none-match'], body.etag)) {
      count[304]++
      response.writeHead(304, body.notModifiedHeaders as string[]).end()
      return
    }
    count[200]++
    response.writeHead(200, body.headers as string[])
    response.end(request.method === 'HEAD' ? undefined : body.bytes)
  }
}
