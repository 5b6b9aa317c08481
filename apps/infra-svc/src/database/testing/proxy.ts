import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Stands between, and can slow down or withhold what the server answers. */
export interface Proxy {
  readonly port: number
  /** ms that each piece of an answer takes more. */
  slowDown(ms: number): void
  /** From now on nothing more is answered, and no connection is closed. */
  freeze(): void
  stop(): void
}

export async function startProxy(to: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let delayMs = 0
  let isFrozen = false
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1')
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined).on('close', () => other.destroy())
    }
    client.on('data', (chunk) => upstream.write(chunk))
    upstream.on('data', (chunk) => {
      const pass = (): void => void (isFrozen || client.write(chunk))
      if (delayMs === 0) pass()
      else setTimeout(pass, delayMs)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    slowDown: (ms) => void (delayMs = ms),
    freeze: () => void (isFrozen = true),
    stop: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
