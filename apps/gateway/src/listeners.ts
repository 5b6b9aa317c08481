import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { closeGracefully, createHttpApp, listen } from '@akashic/shared/http'
import type { HttpAppOptions, Route } from '@akashic/shared/http'
import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { createFront } from './public-status/front.ts'
import type { PreparedDocuments } from './public-status/prepared-document.ts'

/** Where the gateway listens. */
export interface GatewayAddresses {
  readonly host: string
  readonly port: number
  /** When given, `/api/v1` is served only there, and `port` is public only. */
  readonly apiPort?: number
  /** Addresses and CIDR ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
}

export interface ListenersOptions {
  readonly addresses: GatewayAddresses
  readonly publicRoutes: readonly Route[]
  readonly operatorRoutes: readonly Route[]
  /** The routes that document others. */
  readonly docsOf: (routes: readonly Route[]) => readonly Route[]
  /** Answered in front of the routes. */
  readonly documents: PreparedDocuments
  readonly openStream: (request: IncomingMessage, response: ServerResponse) => void
  readonly app: Omit<HttpAppOptions, 'routes' | 'before'>
}

export interface Listeners {
  /** @throws OpsError failed_precondition when a port cannot be had. */
  start(): Promise<void>
  stop(deadlineMs: number): Promise<void>
  isListening(): boolean
  ports(): { readonly port: number; readonly apiPort: number }
}

export function createListeners(options: ListenersOptions): Listeners {
  const { addresses, publicRoutes, operatorRoutes, docsOf, documents, openStream } = options
  const isSplit = addresses.apiPort !== undefined
  const app = (routes: readonly Route[]): RequestListener =>
    createHttpApp({ ...options.app, routes: [...routes, ...docsOf(routes)], before: [protection, anyOrigin] })
  const next = app(isSplit ? publicRoutes : [...publicRoutes, ...operatorRoutes])
  const front = harden(createServer(createFront({ documents, openStream, next, metrics: options.app.metrics })))
  const api = isSplit ? harden(createServer(app(operatorRoutes))) : null
  let bound = { port: addresses.port, apiPort: addresses.apiPort ?? addresses.port }
  let isListening = false

  return {
    async start() {
      const { host } = addresses
      const { port } = await listen(front, { host, port: addresses.port, variable: 'PORT' })
      const apiPort = api ? (await listen(api, { host, port: addresses.apiPort!, variable: 'API_PORT' })).port : port
      bound = { port, apiPort }
      isListening = true
    },
    async stop(deadlineMs) {
      isListening = false
      await Promise.all([front, ...(api ? [api] : [])].map(async (server) => closeGracefully(server, deadlineMs)))
    },
    isListening: () => isListening,
    ports: () => bound,
  }
}

/** Nobody may hold a connection by sending slowly. */
function harden(server: Server): Server {
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.keepAliveTimeout = 65_000
  return server
}

/** Badges and the status are meant to be embedded; HSTS is for whoever ends TLS in front of us to say. */
const protection: RequestHandler = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  strictTransportSecurity: false,
})

/** What anybody may read, any page may read, Statuspage v2 too; the operators' API is for no other page. */
const anyOrigin: RequestHandler = (request, response, next) => {
  if (!request.path.startsWith('/api/') || request.path.startsWith('/api/v2/')) {
    response.setHeader('access-control-allow-origin', '*')
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-headers', 'if-none-match, last-event-id, cache-control')
      response.setHeader('access-control-max-age', '86400')
    }
  }
  next()
}
