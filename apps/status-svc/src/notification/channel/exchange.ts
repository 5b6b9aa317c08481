import { request as requestPlain } from 'node:http'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP } from 'node:net'
import { assertAddressAllowed, guardedLookup, type OutboundRules } from '@akashic/shared/outbound'
import { noAnswer } from './failure.ts'
import { decoded } from './without-secrets.ts'

export interface HttpRequest {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** The answer is cut off behind so many bytes. */
  readonly maxAnswerBytes: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Sends one request over a connection of its own, by node:http as the checks do, and follows no redirect. An answer whose
 *  head has come counts, also when the rest of it never comes.
 *  @throws SendError when there is no answer, or the address is a forbidden one. */
export function exchange(request: HttpRequest, rules: OutboundRules, signal: AbortSignal): Promise<HttpAnswer> {
  const { url } = request
  return new Promise((resolve, reject) => {
    let wasSent = false
    let hasHead = false
    const fail = (error: unknown): void => {
      if (!hasHead) reject(noAnswer(url.host, signal.aborted ? signal.reason : error, wasSent))
    }
    if (signal.aborted) return fail(signal.reason)
    try {
      admitHost(url, rules)
    } catch (refusal) {
      return fail(refusal)
    }
    const sent = open(request, rules)
    const abort = (): void => {
      sent.destroy()
      fail(signal.reason)
    }
    signal.addEventListener('abort', abort)
    sent.once('close', () => signal.removeEventListener('abort', abort))
    const ready = url.protocol === 'https:' ? 'secureConnect' : 'connect'
    sent.once('socket', (socket) => socket.once(ready, () => (wasSent = true)))
    sent.on('error', fail)
    sent.once('response', (response) => {
      hasHead = true
      readAnswer(response, request.maxAnswerBytes, resolve)
    })
    sent.end(request.body)
  })
}

/** An address given literally is seen by no lookup. */
function admitHost(url: URL, rules: OutboundRules): void {
  const host = bareHost(url)
  if (isIP(host) !== 0) assertAddressAllowed(host, host, rules.allowHosts)
}

/** The host of a URL as sockets want it: an IPv6 address without its brackets. */
export function bareHost({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

function open(request: HttpRequest, rules: OutboundRules): ClientRequest {
  const { url } = request
  const options: RequestOptions = {
    host: bareHost(url),
    port: url.port,
    path: url.pathname + url.search,
    method: request.method,
    headers: headersOf(request),
    agent: false,
    lookup: guardedLookup(rules),
  }
  return url.protocol === 'https:' ? requestSecure(options) : requestPlain(options)
}

function headersOf({ url, headers, body }: HttpRequest): Record<string, string | number> {
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`
  return {
    'user-agent': 'akashic-notification/1',
    accept: 'application/json, */*;q=0.5',
    'accept-encoding': 'identity',
    connection: 'close',
    ...(credentials !== ':' && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    ...headers,
  }
}

function readAnswer(response: IncomingMessage, maxBytes: number, resolve: (answer: HttpAnswer) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  const finish = (): void => {
    const text = Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8')
    resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
    response.destroy()
  }
  response.on('data', (chunk: Buffer) => {
    if (bytes >= maxBytes) return
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= maxBytes) finish()
  })
  response.on('error', finish)
  response.once('close', finish)
  response.once('end', finish)
}
