import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import ipaddr from 'ipaddr.js'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Health } from '../module/index.ts'
import { closeGracefully, listen } from './listener.ts'

export interface AdminListenerOptions {
  readonly host: string
  readonly port: number
  readonly metrics: Registry
  /** Health of each module, by name. */
  readonly health: () => Readonly<Record<string, Health>>
  /** Why the newest configuration was refused; null when all is well. It names files and is told on loopback only. */
  readonly configProblem: () => string | null
  /** True from the start of the drain: no new work should come. */
  readonly isDraining?: () => boolean
  readonly log: Logger
}

export interface AdminListener {
  /** @returns the address bound. @throws OpsError failed_precondition when the port is taken. */
  start(): Promise<{ host: string; port: number }>
  stop(deadlineMs: number): Promise<void>
}

/** `/metrics` (Prometheus), `/healthz` (the process lives) and `/readyz` (it can do its work). */
export function createAdminListener(options: AdminListenerOptions): AdminListener {
  const server = createServer((request, response) => {
    serve(options, request, response).catch((error: unknown) => {
      options.log.error({ err: error }, 'the admin listener failed')
      if (!response.headersSent) send(response, 500, 'text/plain', 'internal error\n')
      else response.destroy()
    })
  })
  return {
    start: async () =>
      listen(server, { host: options.host, port: options.port, variable: 'ADMIN_PORT', hostVariable: 'ADMIN_HOST' }),
    stop: async (deadlineMs) => closeGracefully(server, deadlineMs),
  }
}

async function serve(options: AdminListenerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return send(response, 405, 'text/plain', 'method not allowed\n')
  }
  const path = request.url?.split('?')[0]
  if (path === '/metrics') return send(response, 200, options.metrics.contentType, await options.metrics.metrics())
  if (path === '/healthz') return send(response, 200, 'application/json', JSON.stringify({ status: 'alive' }))
  if (path !== '/readyz') return send(response, 404, 'text/plain', 'not found\n')
  const report = readiness(options)
  send(response, report.isReady ? 200 : 503, 'application/json', JSON.stringify(report))
}

interface Readiness {
  readonly isReady: boolean
  readonly isDraining: boolean
  readonly configProblem: string | null
  readonly modules: Readonly<Record<string, Health>>
}

/** Ready unless draining or a module cannot serve. A refused reload is told, and does not take the process out. */
function readiness({ host, health, configProblem, isDraining }: AdminListenerOptions): Readiness {
  const modules = health()
  const draining = isDraining?.() ?? false
  const isReady = !draining && Object.values(modules).every((module) => module.state !== 'not_serving')
  const problem = configProblem()
  const shown = problem !== null && !isLoopback(host) ? 'refused, see the log' : problem
  return { isReady, isDraining: draining, configProblem: shown, modules }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback')
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}
