import { Socket, type LookupFunction } from 'node:net'
import { buildConnector, Client } from 'undici'

/** Which origins requests may go to, and which addresses those may have. */
export interface TargetRules {
  readonly origins: ReadonlySet<string>
  /** Refuses addresses that must not be reached; asked for each connection. */
  readonly lookup: LookupFunction
}

const longestConnectMs = 10_000

/** The connections of all virtual users of a thread. */
export class Connections {
  readonly #rules: TargetRules
  readonly #connect: buildConnector.connector
  /** With what each is connecting by now, which the client itself does not end. */
  readonly #clients = new Map<Client, Set<Socket>>()

  /** @param longestTimeoutMs of all requests: a connection that takes much longer has nobody who waits for it. */
  constructor(rules: TargetRules, longestTimeoutMs: number) {
    this.#rules = rules
    const timeout = Math.min(longestConnectMs, longestTimeoutMs + 1_000)
    this.#connect = buildConnector({ lookup: rules.lookup, timeout })
  }

  /** One connection to an origin, made with its first request and again when it was lost; null where none may be. */
  open(origin: string): Client | null {
    if (!this.#rules.origins.has(origin)) return null
    const connecting = new Set<Socket>()
    const client = new Client(origin, {
      ...{ pipelining: 1, keepAliveTimeout: 60_000, headersTimeout: 0, bodyTimeout: 0 },
      connect: (to, done) => this.#connectIn(connecting, to, done),
    })
    this.#clients.set(client, connecting)
    return client
  }

  /** Ends a connection, also one that is only being made. */
  drop(client: Client): void {
    void this.#end(client)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.keys()].map((client) => this.#end(client)))
  }

  #connectIn(connecting: Set<Socket>, to: buildConnector.Options, done: buildConnector.Callback): void {
    const socket: unknown = this.#connect(to, (...outcome) => {
      connecting.clear()
      done(...outcome)
    })
    if (socket instanceof Socket) connecting.add(socket)
  }

  async #end(client: Client): Promise<void> {
    const connecting = this.#clients.get(client) ?? []
    this.#clients.delete(client)
    const destroyed = client.destroy()
    // By an error its connector hears of it, and waits for it no longer.
    for (const socket of connecting) socket.destroy(new Error('it was given up'))
    await destroyed
  }
}
