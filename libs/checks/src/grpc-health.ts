import { connect } from 'node:http2'
import type { IncomingHttpHeaders } from 'node:http2'
import type { Socket } from 'node:net'

export interface HealthAnswer {
  readonly grpcStatus: number
  readonly message: string
  /** ServingStatus of grpc.health.v1; 0 when none was given. */
  readonly servingStatus: number
}

const maxAnswerBytes = 65_536
const frameHeaderBytes = 5

/** Calls grpc.health.v1.Health/Check over an open connection, and closes it. One message each way is so little that it is
 *  written here: grpc-js keeps a connection for good when the peer accepts it and stays silent.
 *  @param service empty for the whole server.
 *  @throws Error with the system's or HTTP/2's code when the call does not come to an end. */
export function askHealth(socket: Socket, authority: string, service: string): Promise<HealthAnswer> {
  return new Promise((resolve, reject) => {
    const session = connect(authority, { createConnection: () => socket })
    session.once('error', reject)
    session.once('close', () =>
      reject(Object.assign(new Error('connection closed before an answer'), { code: 'ECONNRESET' })),
    )
    const call = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    const chunks: Buffer[] = []
    let bytes = 0
    let headers: IncomingHttpHeaders = {}
    call.on('response', (first: IncomingHttpHeaders) => (headers = first))
    call.on('trailers', (last: IncomingHttpHeaders) => (headers = { ...headers, ...last }))
    call.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxAnswerBytes) session.destroy()
      else chunks.push(chunk)
    })
    call.once('error', reject)
    call.once('end', () => {
      resolve(answerOf(headers, Buffer.concat(chunks)))
      session.close()
    })
    call.end(requestFrame(service))
  })
}

/** An uncompressed message whose only field is `service` (field 1, length-delimited). */
function requestFrame(service: string): Buffer {
  const name = Buffer.from(service)
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name])
  const header = Buffer.alloc(frameHeaderBytes)
  header.writeUInt32BE(message.length, 1)
  return Buffer.concat([header, message])
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

function answerOf(headers: IncomingHttpHeaders, body: Buffer): HealthAnswer {
  const unknown = 2
  const status = headers['grpc-status']
  const message = headers['grpc-message']
  const field = body[frameHeaderBytes]
  return {
    grpcStatus: typeof status === 'string' ? Number(status) : unknown,
    message: typeof message === 'string' ? message : `HTTP status ${String(headers[':status'])}`,
    servingStatus: field === 0x08 ? (body[frameHeaderBytes + 1] ?? 0) : 0,
  }
}
