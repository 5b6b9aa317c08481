import type { LookupFunction } from 'node:net'
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
  readonly #clients = new Set<Client>()

  /** @param longestTimeoutMs of all requests: a connection that takes much longer has nobody who waits for it. */
  constructor(rules: TargetRules, longestTimeoutMs: number) {
    this.#rules = rules
    const timeout = Math.min(longestConnectMs, longestTimeoutMs + 1_000)
    this.#connect = buildConnector({ lookup: rules.lookup, timeout })
  }

  /** One connection to an origin, made with its first request and again when it was lost; null where none may be. */
  open(origin: string): Client | null {
    if (!this.#rules.origins.has(origin)) return null
    const client = new Client(origin, {
      ...{ pipelining: 1, keepAliveTimeout: 60_000, headersTimeout: 0, bodyTimeout: 0 },
      connect: this.#connect,
    })
    this.#clients.add(client)
    return client
  }

  drop(client: Client): void {
    this.#clients.delete(client)
    void client.destroy()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients].map((client) => client.destroy()))
  }
}
