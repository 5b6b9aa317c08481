import express from 'express'
import type { Express, NextFunction, Request, Response } from 'express'
import type { Logger } from 'pino'
import { Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import type { Principal } from '../identity/index.ts'
import { uuidv7 } from '../ids/index.ts'
import { isOfLoadTest } from './load-test-mark.ts'
import { HttpRefusal } from './problem.ts'
import { OpsError } from '../errors/index.ts'
import type { IdempotencyStore } from './idempotency.ts'
import type { Method, Route } from './route.ts'
import { sendProblem } from './send-problem.ts'
import { serveRoute } from './serve-route.ts'

export interface HttpAppOptions {
  readonly routes: readonly Route[]
  /** Who presents `authorization`. @throws OpsError unauthenticated, or resource_exhausted after too many failures. */
  readonly authenticate: (authorization: string | undefined, address: string) => Promise<Principal>
  /** Counts a request without a key. @throws OpsError resource_exhausted when `address` has made too many. */
  readonly limitPublic: (address: string) => Promise<void>
  readonly addressOf: (request: Request) => string
  readonly idempotency: IdempotencyStore
  readonly bodyLimitBytes: () => number
  readonly log: Logger
  readonly metrics: Registry
  readonly now: () => number
  /** Run before the routes, as helmet is. */
  readonly before?: readonly express.RequestHandler[]
}

/** An express application that serves `routes`, answers every error as a problem document,
 *  405 for a known path with another method and 404 for an unknown one. */
export function createHttpApp(options: HttpAppOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('strict routing')
  app.enable('case sensitive routing')
  app.set('query parser', false)
  app.use(identify(options), ...(options.before ?? []))
  for (const [path, routes] of byPath(options.routes)) app.all(expressPath(path), dispatch(path, routes, options))
  app.use((_request, _response, next) => next(new OpsError('not_found', 'There is nothing at this address.')))
  app.use(answerError(options.log))
  return app
}

/** The id of a request, as its answer's X-Request-Id says it. */
export const requestIdOf = (response: Response): string => String(response.getHeader('x-request-id'))

function identify({ metrics, now }: HttpAppOptions): express.RequestHandler {
  const durations = durationHistogram(metrics)
  return (request, response, next) => {
    const given = request.headers['x-request-id']
    const isUsable = typeof given === 'string' && /^[\w.-]{8,100}$/.test(given)
    response.setHeader('x-request-id', isUsable ? given : uuidv7(now()))
    const mark = isOfLoadTest(request.headers) ? { load_test: 'true' } : {}
    const stop = durations.startTimer({ method: request.method, ...mark })
    response.once('finish', () => {
      // How long a stream was open says nothing of how fast we answer.
      if (!response.locals.isStream)
        stop({ route: String(response.locals.route ?? 'none'), status: response.statusCode })
    })
    next()
  }
}

function durationHistogram(metrics: Registry): Histogram {
  const name = 'akashic_http_request_duration_seconds'
  const existing = metrics.getSingleMetric(name)
  if (existing instanceof Histogram) return existing
  return new Histogram({
    name,
    help: 'Time from a request to the end of its answer.',
    labelNames: ['method', 'route', 'status', 'load_test'],
    buckets: [0.005, 0.025, 0.1, 0.5, 1, 5],
    registers: [metrics],
  })
}

function byPath(routes: readonly Route[]): Map<string, Map<Method, Route>> {
  const paths = new Map<string, Map<Method, Route>>()
  for (const route of routes) {
    const methods = paths.get(route.path) ?? new Map<Method, Route>()
    if (methods.has(route.method)) throw new Error(`two routes for ${route.method} ${route.path}`)
    paths.set(route.path, methods.set(route.method, route))
  }
  return paths
}

const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

function dispatch(path: string, routes: Map<Method, Route>, options: HttpAppOptions): express.RequestHandler {
  const allowed = [...routes.keys(), ...(routes.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  return async (request, response) => {
    response.locals.route = path
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const route = routes.get(method as Method)
    if (route) return serveRoute(route, request, response, options)
    response.setHeader('allow', allowed)
    if (method === 'OPTIONS') return void response.status(204).end()
    throw new HttpRefusal(405, 'unimplemented', `This address answers ${allowed}, not ${request.method}.`)
  }
}

function answerError(log: Logger): express.ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const shown = isBadPath(error) ? new OpsError('invalid_argument', 'The path is not valid.') : error
    const { status, code, requestId } = sendProblem(response, shown, requestIdOf(response))
    if (status < 500) return
    const level = code === 'internal' || code === 'unknown' ? 'error' : 'warn'
    log[level]({ err: error, requestId, route: response.locals.route as unknown }, 'a request failed')
  }
}

/** Express' own error for a path whose percent-encoding is broken. */
const isBadPath = (error: unknown): boolean =>
  error instanceof URIError || (error instanceof Error && 'status' in error && error.status === 400)
