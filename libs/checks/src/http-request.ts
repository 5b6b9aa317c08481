import { request as requestPlain } from 'node:http'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { request as requestSecure } from 'node:https'
import { connect } from 'node:net'
import { createSecureContext } from 'node:tls'
import type { ConnectionOptions, SecureContext, TLSSocket } from 'node:tls'
import type { Attempt } from './check.ts'
import { admitHost, lookupFor, traceSocket } from './connect.ts'
import { bareHost, decoded } from './url.ts'

const maxBodyBytes = 1_048_576

export interface HttpRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly keepBody: boolean
  /** Whether the certificate must be trusted. */
  readonly verify: boolean
}

export interface HttpAnswer {
  readonly status: number
  readonly location: string | undefined
  /** Empty unless kept. */
  readonly body: string
  /** The body went on after its first mebibyte. */
  readonly isCut: boolean
  readonly certificateEndsMs: number | undefined
}

/** Sends one request over a connection of its own and reads the answer to its end, or its first mebibyte.
 *  An event stream, which has no end, is left once its head has come. */
export function sendHttp(request: HttpRequest, attempt: Attempt): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { url } = request
    const hostname = bareHost(url)
    admitHost(hostname, attempt)
    const isSecure = url.protocol === 'https:'
    const started = attempt.monotonicMs()
    const options: RequestOptions = {
      host: hostname,
      port: url.port || (isSecure ? 443 : 80),
      path: url.pathname + url.search,
      method: request.method,
      headers: headersOf(request),
    }
    const sent = isSecure ? openSecure(options, request.verify, attempt) : openPlain(options, attempt)
    const abort = (): void => void sent.destroy()
    attempt.signal.addEventListener('abort', abort)
    sent.once('close', () => attempt.signal.removeEventListener('abort', abort))
    sent.on('error', reject)
    sent.once('response', (response) => {
      attempt.trace.firstByteMs = sinceConnected(attempt, started)
      readAnswer(response, request.keepBody).then(resolve, reject)
    })
    sent.end(request.body)
  })
}

/** Without an agent: one for a single request costs a fifth of a check. */
function openPlain(options: RequestOptions, attempt: Attempt): ClientRequest {
  const { host, port } = options
  const createConnection = () => {
    const socket = connect({ host: host!, port: Number(port), lookup: lookupFor(attempt) })
    traceSocket(socket, attempt)
    return socket
  }
  return requestPlain({ ...options, defaultPort: 80, createConnection })
}

function openSecure(options: RequestOptions, verify: boolean, attempt: Attempt): ClientRequest {
  const sent = requestSecure({ ...options, agent: false, lookup: lookupFor(attempt), ...tlsOptions(verify) })
  return sent.once('socket', (socket) => traceSocket(socket, attempt))
}

function sinceConnected({ trace, monotonicMs }: Attempt, started: number): number {
  const before = (trace.dnsMs ?? 0) + (trace.connectMs ?? 0) + (trace.tlsMs ?? 0)
  return Math.max(0, Math.round((monotonicMs() - started - before) * 100) / 100)
}

function headersOf({ url, headers, body }: HttpRequest): Record<string, string | number> {
  const ours: Record<string, string | number> = {
    'user-agent': 'akashic-check/1',
    accept: '*/*',
    'accept-encoding': 'identity',
    connection: 'close',
  }
  if (url.username !== '') {
    const credentials = `${decoded(url.username)}:${decoded(url.password)}`
    ours['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`
  }
  if (body !== undefined) ours['content-length'] = Buffer.byteLength(body)
  for (const [name, value] of Object.entries(headers)) ours[name.toLowerCase()] = value
  return ours
}

function readAnswer(response: IncomingMessage, keepBody: boolean): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const certificateEndsMs = certificateEnd(response)
    const chunks: Buffer[] = []
    let bytes = 0
    const finish = (isCut: boolean): void => {
      resolve({
        status: response.statusCode ?? 0,
        location: response.headers.location,
        body: keepBody ? Buffer.concat(chunks).toString('utf8') : '',
        isCut,
        certificateEndsMs,
      })
    }
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (keepBody) chunks.push(chunk)
      if (bytes <= maxBodyBytes) return
      finish(true)
      response.destroy()
    })
    response.once('end', () => finish(false))
    response.once('error', reject)
    if (response.headers['content-type']?.startsWith('text/event-stream')) {
      finish(true)
      response.destroy()
    }
  })
}

function certificateEnd(response: IncomingMessage): number | undefined {
  const socket = response.socket as Partial<TLSSocket>
  if (!socket.getPeerCertificate) return undefined
  const { valid_to: end } = socket.getPeerCertificate()
  return end ? Date.parse(end) : undefined
}

let secureContext: SecureContext | undefined

/** Building a context reads the trusted roots: once for all checks. */
function tlsOptions(rejectUnauthorized: boolean): ConnectionOptions {
  secureContext ??= createSecureContext()
  return { rejectUnauthorized, secureContext }
}
