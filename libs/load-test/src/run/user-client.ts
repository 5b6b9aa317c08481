import type { Client, Dispatcher } from 'undici'
import type { Connections } from './connections.ts'
import { Deadline } from './deadline.ts'
import { Exchange } from './exchange.ts'
import { unanswered, type Received } from './received.ts'

/** A request in the form in which it is handed over; the same object as often as it is the same request. */
export interface ReadyRequest {
  readonly origin: string
  readonly options: Dispatcher.DispatchOptions
  readonly bodyBytes: number
}

export interface SendOptions {
  readonly timeoutMs: number
  /** Whether the answer's body is to be kept; else only its size is. */
  readonly keepBody: boolean
}

/** Sends the requests of one virtual user, one after the other, over a connection of its own to each origin. */
export class UserClient {
  readonly #connections: Connections
  readonly #clients = new Map<string, Client>()
  readonly #deadline = new Deadline(() => this.#giveUp('timeout'))
  #exchange = new Exchange()
  /** To where the exchange goes. */
  #client: Client | null = null
  #isAborted: boolean

  /** @param signal ends what is under way, and lets nothing more be sent. */
  constructor(connections: Connections, signal: AbortSignal) {
    this.#connections = connections
    this.#isAborted = signal.aborted
    signal.addEventListener('abort', () => {
      this.#isAborted = true
      this.#giveUp('aborted')
    })
  }

  /** Never fails: what goes wrong is in the answer, which holds until the next request. */
  send({ origin, options, bodyBytes }: ReadyRequest, { timeoutMs, keepBody }: SendOptions): Promise<Received> {
    if (this.#isAborted) return Promise.resolve(unanswered('aborted', performance.now()))
    const client = this.#clients.get(origin) ?? this.#connect(origin)
    if (client === null) return Promise.resolve(unanswered('refused', performance.now()))
    this.#client = client
    const exchange = this.#exchange
    return new Promise((resolve) => {
      exchange.begin(bodyBytes, keepBody, resolve)
      this.#deadline.set(exchange.startedAt + timeoutMs)
      client.dispatch(options, exchange)
    })
  }

  #connect(origin: string): Client | null {
    const client = this.#connections.open(origin)
    if (client !== null) this.#clients.set(origin, client)
    return client
  }

  #giveUp(why: string): void {
    const exchange = this.#exchange
    const client = this.#client
    if (!exchange.isUnderWay || client === null) return
    this.#exchange = new Exchange()
    if (exchange.giveUp(why)) return
    // The next request must not wait behind it for a connection that does not come.
    for (const [origin, each] of this.#clients) if (each === client) this.#clients.delete(origin)
    this.#connections.drop(client)
  }
}
