import { Agent, type Dispatcher } from 'undici'
import type { LookupFunction } from 'node:net'

export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Whether the body is to be kept; else only its size is. */
  readonly keepBody: boolean
}

/** What came of a request. Instants are of `performance.now()`. */
export interface Received {
  /** 0: there was no answer. */
  readonly status: number
  /** Why there was none: `timeout`, `aborted`, `cut_short` by the end of its scenario, a code such as ECONNREFUSED, or `refused` for a target that is not allowed. */
  readonly error: string | null
  readonly startedAt: number
  /** When the request was on its way; the connection was there by then. */
  readonly sentAt: number
  readonly firstByteAt: number
  readonly endedAt: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  readonly receivedBytes: number
}

/** Which origins requests may go to, and which addresses those may have. */
export interface TargetRules {
  readonly origins: ReadonlySet<string>
  /** Refuses addresses that must not be reached; asked for each connection. */
  readonly lookup: LookupFunction
}

const longestConnectMs = 10_000
const mostBodyBytes = 1_048_576
const none = Object.freeze({})

/** Sends requests over connections that are kept, one for each that is under way. */
export class LoadClient {
  readonly #agent: Agent
  readonly #rules: TargetRules

  /** @param longestTimeoutMs of all requests: a connection that takes much longer has nobody who waits for it. */
  constructor(rules: TargetRules, longestTimeoutMs: number) {
    this.#rules = rules
    this.#agent = new Agent({
      ...{ pipelining: 1, keepAliveTimeout: 60_000, headersTimeout: 0, bodyTimeout: 0 },
      connect: { lookup: rules.lookup, timeout: Math.min(longestConnectMs, longestTimeoutMs + 1_000) },
    })
  }

  /** Never fails: what goes wrong is in the answer. */
  send(sent: Sent): Promise<Received> {
    if (!this.#rules.origins.has(sent.url.origin)) return Promise.resolve(unanswered('refused', performance.now()))
    if (sent.signal.aborted) return Promise.resolve(unanswered('aborted', performance.now()))
    return new Promise((resolve) => this.#dispatch(sent, resolve))
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }

  #dispatch({ method, url, headers, body, timeoutMs, signal, keepBody }: Sent, resolve: (got: Received) => void): void {
    const startedAt = performance.now()
    let sentAt = startedAt
    let firstByteAt = startedAt
    let status = 0
    let received: Received['headers'] = none
    let receivedBytes = 0
    let controller: Dispatcher.DispatchController | undefined
    let hasEnded = false
    const chunks: Buffer[] = []
    const end = (error: string | null): void => {
      if (hasEnded) return
      hasEnded = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      const endedAt = performance.now()
      const text = chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8')
      resolve({
        ...{ status: error === null ? status : 0, error, startedAt, sentAt, endedAt, receivedBytes },
        ...{ firstByteAt: status === 0 ? endedAt : firstByteAt, headers: received, body: text },
      })
    }
    // Until it has a connection nothing can be told to stop; what is waited for is over all the same.
    const giveUp = (why: string): void => {
      end(why)
      controller?.abort(new Error(why))
    }
    const onAbort = (): void => giveUp('aborted')
    const timer = setTimeout(() => giveUp('timeout'), timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    const options: Dispatcher.DispatchOptions = {
      ...{
        origin: url.origin,
        path: url.pathname + url.search,
        method: method,
        headers,
        body,
      },
    }
    this.#agent.dispatch(options, {
      onRequestStart: (given) => {
        controller = given
        sentAt = performance.now()
        if (hasEnded) given.abort(new Error('it was given up before'))
      },
      onResponseStart: (_, code, answered) => {
        if (code < 200) return
        status = code
        received = answered
        firstByteAt = performance.now()
      },
      onResponseData: (_, chunk) => {
        receivedBytes += chunk.length
        if (keepBody && receivedBytes <= mostBodyBytes) chunks.push(chunk)
      },
      onResponseEnd: () => end(null),
      onResponseError: (_, error) => end(codeOf(error)),
    })
  }
}

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.name

/** What came of a request that was never sent. */
export const unanswered = (error: string, at: number): Received => ({
  ...{ status: 0, error, startedAt: at, sentAt: at, firstByteAt: at, endedAt: at },
  ...{ headers: none, body: '', receivedBytes: 0 },
})
