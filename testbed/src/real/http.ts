import { createServer as createPlain } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface HttpServer {
  readonly port: number
  /** Without a slash at the end. */
  readonly url: string
  /** Stops listening and breaks every connection. */
  stop(): Promise<void>
}

/** A real HTTP server on loopback; HTTPS when `tls` is given. */
export function startHttp(
  answer: RequestListener,
  options: { port?: number; tls?: { key: string; cert: string } } = {},
): Promise<HttpServer> {
  const server = options.tls ? createSecure(options.tls, answer) : createPlain(answer)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({
        port,
        url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
        stop: () =>
          new Promise((done) => {
            server.close(() => done())
            server.closeAllConnections()
          }),
      })
    })
  })
}
