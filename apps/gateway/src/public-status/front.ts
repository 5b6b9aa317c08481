import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isNotModified, sendProblem } from '@akashic/shared/http'
import { uuidv7 } from '@akashic/shared/ids'
import { negotiateEncoding } from './encoded-body.ts'
import type { EncodedBody } from './encoded-body.ts'
import type { StatusDocument } from './status-document.ts'

export interface Front {
  readonly document: StatusDocument
  /** Opens a stream of the status. */
  readonly openStream: (request: IncomingMessage, response: ServerResponse) => void
  /** Everything else. */
  readonly next: RequestListener
}

/** Answers the hottest reads, `/status` and its stream, before express sees them. */
export function createFront({ document, openStream, next }: Front): RequestListener {
  return (request, response) => {
    const { url = '', method } = request
    if (!url.startsWith('/status') || (method !== 'GET' && method !== 'HEAD')) return next(request, response)
    const end = url.indexOf('?')
    const path = end < 0 ? url : url.slice(0, end)
    if (path === '/status/stream' && method === 'GET') {
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

function answer(request: IncomingMessage, response: ServerResponse, body: EncodedBody): void {
  if (isNotModified(request.headers['if-none-match'], body.etag)) {
    response.writeHead(304, body.notModifiedHeaders as string[]).end()
    return
  }
  response.writeHead(200, body.headers as string[])
  response.end(request.method === 'HEAD' ? undefined : body.bytes)
}
